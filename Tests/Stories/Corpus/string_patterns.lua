-- patterns: captures, anchors, sets, balanced, frontier, position captures, gmatch, back references
print(("key = value"):match("^(%w+)%s*=%s*(%w+)$"))
print(("2024-03-15"):match("(%d+)-(%d+)-(%d+)"))
print(("[[nested [brackets] here]]"):match("%b[]"))
print(("f(a(b)c)(d)"):match("%b()"))
print(("THE (quick) fox"):find("%((%a+)%)"))
print(("hello"):match("()ll()"))
print(("THE END of the ENDING"):gsub("%f[%w]END%f[%W]", "*"))
print(('say "hi" and \'bye\''):match([[(["'])(.-)%1]]))
print(("x=1, y=2"):match("z=(%d)"), ("abc"):match("b"), ("abc"):match("(b)(x?)"))

for k, v in ("a=1, b=2, c=3"):gmatch("(%w+)=(%w+)") do
  print(k, v)
end
local words = {}
for w in ("one two  three"):gmatch("%S+") do words[#words + 1] = w end
print(#words, table.concat(words, "|"))
local positions = {}
for p in ("banana"):gmatch("()a") do positions[#positions + 1] = p end
print(table.concat(positions, ","))
for e in ("abc"):gmatch("") do positions[#positions + 1] = "e" end
print(table.concat(positions, ""))

-- repetitions
for _, p in ipairs { "a*", "a+", "a-", "a?", "a-b", "[ab]+", "[^a]+", "%a", ".-$" } do
  print(p, ("aaab"):match(p))
end

-- classes
local classes = { "%a", "%c", "%d", "%g", "%l", "%p", "%s", "%u", "%w", "%x" }
local sample = "aZ5 ,\tg_"
for _, c in ipairs(classes) do
  local _, n = sample:gsub(c, "")
  local _, m = sample:gsub(c:upper(), "")
  print(c, n, m)
end

-- sets
print(("x-y]z"):gsub("[]-]", "_"))
print(("a^b"):gsub("[%^]", ""), (("0-9"):gsub("[0%-9]", "n")))
print(pcall(string.match, "x", ("(x"):rep(33)))
print(pcall(string.match, "x", "%1"))
print(pcall(string.find, "a", "%f"))
print(pcall(string.match, "a", "(()"))
return ("last one"):match("(%w+)$")
