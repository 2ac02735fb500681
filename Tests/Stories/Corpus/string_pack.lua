-- string.pack, unpack and packsize: integers of sizes, endianness, strings, floats, alignment
local function hex(s)
  return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
end

print(hex(string.pack("<i4", 1)), hex(string.pack(">i4", 1)))
print(hex(string.pack("<i2 >i2", -2, -2)))
print(hex(string.pack("b B", -1, 255)))
print(hex(string.pack("<i3", -70000)), string.unpack("<i3", string.pack("<i3", -70000)))
print(hex(string.pack("<i16", -1)))
print(hex(string.pack("z", "abc")), hex(string.pack("s1", "abc")), hex(string.pack("<s2", "abc")))
print(hex(string.pack(">d", 1.5)), hex(string.pack("<f", 0.5)))
print(hex(string.pack("<!4 b i4", 1, 2)), hex(string.pack("<! b x b", 1, 2)))
print(hex(string.pack("c5", "abc")))

-- round trips with the position of the next byte
local data = string.pack("<i4 z s1 d B", 123456, "zero", "counted", -0.25, 200)
print(#data, string.unpack("<i4 z s1 d B", data))
local pos, out = 1, {}
for _, fmt in ipairs { "<i4", "z", "s1", "<d", "B" } do
  local value
  value, pos = string.unpack(fmt, data, pos)
  out[#out + 1] = tostring(value) .. "@" .. pos
end
print(table.concat(out, " "))

print(string.packsize("<i4 i8 d"), string.packsize("!8 b i8"), string.packsize("c10"))

-- a list of records
local records = { { "ann", 31, 1.5 }, { "bob", 25, 2.5 } }
local buffer = {}
for _, r in ipairs(records) do
  buffer[#buffer + 1] = string.pack("<s1 I1 f", table.unpack(r))
end
local stream, at = table.concat(buffer), 1
while at <= #stream do
  local name, age, score
  name, age, score, at = string.unpack("<s1 I1 f", stream, at)
  print(name, age, score, at)
end

-- what does not fit
print(pcall(string.pack, "i1", 128))
print(pcall(string.pack, "I1", -1))
print(pcall(string.pack, "i1", "x"))
print(pcall(string.pack, "z", "a\0b"))
print(pcall(string.pack, "c2", "abc"))
print(pcall(string.pack, "y", 1))
print(pcall(string.unpack, "<i4", "\1\2"))
print(pcall(string.unpack, "z", "abc"))
print(pcall(string.unpack, "<i9", ("\255"):rep(8) .. "\1"))
print(pcall(string.unpack, "b", "abc", 10))
print(pcall(string.packsize, "s"))
return #stream
