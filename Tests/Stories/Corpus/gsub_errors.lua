-- nested gsub inside gsub callbacks, and errors raised from callbacks and replacements
local log = {}
local nested = ("ab|cd|ef"):gsub("[^|]+", function(part)
  return (part:gsub(".", function(c)
    log[#log + 1] = c
    return (("x"):gsub("x", function(x)
      return x .. c:upper()
    end))
  end))
end)
print(nested, table.concat(log))

local function try(label, ...)
  print(label, pcall(string.gsub, ...))
end

try("error in callback", "a b c", "%w", function(c)
  if c == "b" then error("bad letter " .. c) end
  return c
end)
try("error level 0", "xyz", "y", function() error("plain", 0) end)
try("error value nil", "xyz", "y", function() error() end)
try("table returned", "xyz", "y", function() return {} end)
try("true returned", "xyz", "y", function() return true end)
try("bad replacement", "xyz", "y", "%9")
try("bad percent", "xyz", "y", "%z")
try("malformed", "xyz", "(y", "")
try("malformed set", "xyz", "[y", "")
try("ends with percent", "xyz", "y%", "")
try("bad repl type", "xyz", "y", true)

-- an error deep inside three gsubs is caught outside of all of them
local ok, err = pcall(function()
  return ("1"):gsub("%d", function(a)
    return ("2"):gsub("%d", function(b)
      return ("3"):gsub("%d", function(c)
        error({ path = a .. b .. c })
      end)
    end)
  end)
end)
print(ok, type(err), err.path)

-- pcall inside the callback lets the gsub go on
local out = ("1,x,3"):gsub("%w+", function(s)
  local good, value = pcall(function()
    return s + 1
  end)
  return good and tostring(value) or "?"
end)
print(out)
