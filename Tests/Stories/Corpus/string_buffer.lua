-- building strings: a buffer class, indentation, line wrapping, run-length coding, escaping
local Buffer = {}
Buffer.__index = Buffer

function Buffer.new()
  return setmetatable({ parts = {}, indent = 0 }, Buffer)
end

function Buffer:add(...)
  for i = 1, select("#", ...) do
    self.parts[#self.parts + 1] = tostring((select(i, ...)))
  end
  return self
end

function Buffer:line(...)
  return self:add(("  "):rep(self.indent)):add(...):add("\n")
end

function Buffer:block(head, body, tail)
  self:line(head)
  self.indent = self.indent + 1
  body(self)
  self.indent = self.indent - 1
  return self:line(tail)
end

function Buffer:__tostring()
  return table.concat(self.parts)
end

local b = Buffer.new()
b:block("begin", function(b1)
  b1:line("x = ", 1)
  b1:block("while x < 3 {", function(b2)
    for i = 1, 2 do b2:line("step ", i, " ", i % 2 == 0) end
  end, "}")
  b1:line(nil)
end, "end")
print(b)

local function wrap(text, width)
  local lines, line = {}, ""
  for word in text:gmatch("%S+") do
    if #line + #word + 1 > width and line ~= "" then
      lines[#lines + 1] = line
      line = word
    else
      line = line == "" and word or line .. " " .. word
    end
  end
  if line ~= "" then lines[#lines + 1] = line end
  return lines
end
for i, l in ipairs(wrap("a debugger should never change what the program it watches would do", 18)) do
  print(i, l)
end

local function encode(s)
  local out, i = {}, 1
  while i <= #s do
    local c, n = s:sub(i, i), 1
    while s:sub(i + n, i + n) == c do n = n + 1 end
    out[#out + 1] = (n > 1 and n or "") .. c
    i = i + n
  end
  return table.concat(out)
end
local function decode(s)
  return (s:gsub("(%d*)(%D)", function(n, c) return c:rep(tonumber(n) or 1) end))
end
local coded = encode("aaabccddddde")
print(coded, decode(coded))

local acc = ""
for i = 1, 30 do acc = acc .. i % 10 end
print(acc, #acc)
