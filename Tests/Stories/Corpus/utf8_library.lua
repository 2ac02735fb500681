-- the utf8 library: char, len, codepoint, offset, codes, and invalid sequences
local text = "aé€😀z"
print(#text, utf8.len(text))
for p, c in utf8.codes(text) do
  print(p, ("U+%04X"):format(c), utf8.char(c))
end
print(utf8.codepoint(text, 1, -1))
print(utf8.char(72, 228, 8364, 128512), utf8.char())
print(utf8.charpattern == "[\0-\x7F\xC2-\xF4][\x80-\xBF]*")

local chars = {}
for ch in text:gmatch(utf8.charpattern) do
  table.insert(chars, 1, ch)
end
print(table.concat(chars))

-- offsets
for n = -3, 6 do
  print(n, utf8.offset(text, n))
end
print(utf8.offset(text, 0, 3), utf8.offset(text, 0, 5))
print(pcall(utf8.offset, text, 1, 3))

-- substring by characters
local function usub(s, i, j)
  local from = utf8.offset(s, i)
  local to = utf8.offset(s, j + 1)
  if not from then return "" end
  return s:sub(from, (to or #s + 1) - 1)
end
print(usub(text, 2, 3), usub(text, 4, 4), usub(text, 9, 10) == "")

-- invalid data
print(utf8.len("ab\xFFcd"))
print(utf8.len("\xC3"))
print(utf8.len("abc", 4), utf8.len("abc", 2, 1))
print(pcall(utf8.codepoint, "\xFF"))
print(pcall(function()
  local n = 0
  for _ in utf8.codes("ok\x80") do n = n + 1 end
  return n
end))
print(pcall(utf8.len, "abc", 10))
print(pcall(utf8.codepoint, "abc", 1, 10))
print("\u{48}\u{49}", #"\u{7FF}", #"\u{800}", #"\u{10FFFF}")

-- counting and filtering by class
local counts = { 0, 0, 0, 0 }
for _, c in utf8.codes("naïve façade → ∞ 🎈") do
  local width = #utf8.char(c)
  counts[width] = counts[width] + 1
end
print(table.concat(counts, " "))
return utf8.len(text), #text
