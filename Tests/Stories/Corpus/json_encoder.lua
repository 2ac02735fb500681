-- a JSON-like encoder with escapes, sorted keys, nesting, cycle detection and caught errors
local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t" }
local encode

local function quoted(s)
  return '"' .. s:gsub('[%c"\\]', function(c)
    return escapes[c] or ("\\u%04x"):format(c:byte())
  end) .. '"'
end

local function encode_table(t, seen)
  if seen[t] then error("cycle in table", 0) end
  seen[t] = true
  local parts = {}
  if #t > 0 then
    for _, v in ipairs(t) do parts[#parts + 1] = encode(v, seen) end
    seen[t] = nil
    return "[" .. table.concat(parts, ",") .. "]"
  end
  local keys = {}
  for k in pairs(t) do
    if type(k) ~= "string" then error("bad key type " .. type(k), 0) end
    keys[#keys + 1] = k
  end
  table.sort(keys)
  for _, k in ipairs(keys) do parts[#parts + 1] = quoted(k) .. ":" .. encode(t[k], seen) end
  seen[t] = nil
  return "{" .. table.concat(parts, ",") .. "}"
end

function encode(v, seen)
  local kind = type(v)
  if kind == "table" then return encode_table(v, seen or {})
  elseif kind == "string" then return quoted(v)
  elseif kind == "number" or kind == "boolean" then return tostring(v)
  elseif kind == "nil" then return "null"
  end
  error("cannot encode a " .. kind, 0)
end

print(encode { name = "x\"y\n", list = { 1, 2.5, { true, false } }, empty = {}, ctl = "\1" })
print(encode(nil), encode("a\\b"), encode(10 // 3))
local loop = {}
loop.me = { loop }
for _, bad in ipairs { loop, { f = print }, { [true] = 1 } } do print(pcall(encode, bad)) end
local shared = { 1 }
print(encode { shared, shared })
print(encode(setmetatable({}, { __len = function() return 2 end, __index = function(_, i) return i <= 2 and i * 10 or nil end })))
return encode { a = { b = { c = {} } } }
