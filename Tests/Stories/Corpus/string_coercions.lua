-- coercions between strings and numbers in arithmetic, concatenation, comparison, keys and calls
print("10" + 5, "3" * "4", "2.5" + 1, "0x10" + 0, " 7 " + 1, "1e1" + 0)
print("10" // "3", "10" % "3", -"2", "2" ^ "2")
print(10 .. "", 1.0 .. "", -0.0 .. "", 2 ^ 63 .. "", 1e100 .. "")
print("10" == 10, "abc" < "abd", pcall(function() return "10" < 5 end))
print(#(123 .. ""), ("5"):rep("2"), ("abc"):sub("2", "3"))
print("3" | 0, "0xff" & 15, pcall(function() return "3.5" | 0 end))
print(math.type("1" + 1), math.type("1" + 0), math.type("1.0" + 0), math.type("1" | 0))

for _, s in ipairs {
  "10", " 10 ", "10a", "", " ", "0x", "0x1F", "0x.8", "1e", "1e5", ".5", "5.", ".", "+5", "-5", "- 5",
  "--5", "1_000", "infinity", "nan", "1 2", "0b1", "9223372036854775807", "9223372036854775808", "\t7\n",
} do
  print(("%q"):format(s), tonumber(s), math.type(tonumber(s)))
end
for _, case in ipairs { { "10", 2 }, { "ff", 16 }, { "FF", 16 }, { "zz", 36 }, { "8", 8 }, { "-101", 2 }, { " 11 ", 3 }, { "", 10 }, { "1.5", 10 } } do
  print(case[1], case[2], tonumber(case[1], case[2]))
end

-- keys are not coerced
local t = { [1] = "number", ["1"] = "string", [1.5] = "float" }
print(t[1], t["1"], t[1.0], t[3 / 2], t["1.5"])

-- tostring and back
for _, v in ipairs { 0, -1, 0.1, 1e15, 123456.789, math.maxinteger, math.mininteger } do
  print(v, tonumber(tostring(v)) == v)
end
print(tostring(nil) .. tostring(true), tostring("s") == "s")

-- numbers as strings in loops and calls
local n = 0
for i = 1, "3" do n = n + i end
for i = 1, 3 do n = n .. i end
print(n, type(n), string.format("%d|%s|%5.1f", "42", 42, "2.25"))
print(pcall(function() for i = "1", 3 do end end))
print(pcall(math.max, "10", 9))
print(pcall(math.max, "x"))
print(select("2", "a", "b", "c"), table.concat({ 1, 2.5, "3" }))
print(pcall(function() return {} .. "x" end))
print(pcall(function() return "5" + "five" end))
return n, "1" + 1
