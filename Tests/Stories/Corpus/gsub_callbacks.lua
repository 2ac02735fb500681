-- string.gsub with function, table and string replacements, limits, false and nil results
local text = "the quick brown fox jumps"

print((text:gsub("%a+", function(w) return w:upper() end)))
print((text:gsub("%a+", function(w)
  if #w > 4 then
    return "<" .. w .. ">"
  end
  -- nothing returned keeps the match
end)))
print((text:gsub("%a+", { quick = "slow", fox = "snail", jumps = false })))
print((text:gsub("(%a)(%a*)", "%2%1")))
print((text:gsub("%s", "%%", 2)))

local seen = {}
local result, count = text:gsub("()(%a+)()", function(from, word, to)
  seen[#seen + 1] = string.format("%s@%d-%d", word, from, to - 1)
end)
print(result == text, count)
print(table.concat(seen, " "))

-- a table with an __index function as the replacement
local dictionary = setmetatable({}, {
  __index = function(_, key)
    return key .. #key
  end,
})
print((("a bb ccc"):gsub("%w+", dictionary)))

-- expand variables, recursively
local vars = { name = "Lua", full = "$name 5.3", hello = "Hello $full!" }
local function expand(s)
  return (s:gsub("%$(%w+)", function(v)
    local value = vars[v]
    return value and expand(value)
  end))
end
print(expand("$hello / $unknown"))

-- empty matches and anchors
print(("abc"):gsub("", "-"))
print(("hello world"):gsub("^h", "J"))
print(("abc"):gsub("%w", "%0%0"))
return count
