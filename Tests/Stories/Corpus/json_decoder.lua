-- a JSON-like recursive descent decoder in closures, with errors that tell the position
local function decode(s)
  local pos = 1
  local function fail(what) error(("%s at %d"):format(what, pos), 0) end
  local function skip() pos = s:find("%S", pos) or #s + 1 end
  local value
  local function list(close, item)
    local out = {}
    pos = pos + 1
    skip()
    if s:sub(pos, pos) == close then pos = pos + 1 return out end
    while true do
      item(out)
      skip()
      local c = s:sub(pos, pos)
      pos = pos + 1
      if c == close then return out end
      if c ~= "," then pos = pos - 1 fail("',' or '" .. close .. "' expected") end
    end
  end
  function value()
    skip()
    local c = s:sub(pos, pos)
    if c == "[" then return list("]", function(out) out[#out + 1] = value() end) end
    if c == "{" then
      return list("}", function(out)
        local k = value()
        skip()
        if s:sub(pos, pos) ~= ":" then fail("':' expected") end
        pos = pos + 1
        out[k] = value()
      end)
    end
    local text, to = s:match('^"([^"]*)"()', pos)
    if text then pos = to return text end
    local word, wto = s:match("^([%w.+-]+)()", pos)
    if not word then fail("unexpected symbol") end
    pos = wto
    if word == "true" then return true elseif word == "false" then return false elseif word == "null" then return nil end
    return tonumber(word) or fail("bad word '" .. word .. "'")
  end
  return value()
end

local function show(v)
  if type(v) ~= "table" then return tostring(v) end
  local parts = {}
  for k in pairs(v) do parts[#parts + 1] = tostring(k) end
  table.sort(parts)
  for i, k in ipairs(parts) do
    parts[i] = k .. "=" .. show(v[k] or v[tonumber(k)])
  end
  return "{" .. table.concat(parts, " ") .. "}"
end

print(show(decode '{"b": [1, 2, {"c": null}], "a": "text", "t": true, "e": {}}'))
print(show(decode " [ [ ] , [[ ]], {} ] "), decode "-12.5e1", decode '""' == "")
for _, text in ipairs { "[1 2]", '{"a" 1}', "[1,?]", "[oops]", "[1,", "", '{"k":' } do
  print(text, pcall(decode, text))
end
return decode("[[[42]]]")[1][1][1]
