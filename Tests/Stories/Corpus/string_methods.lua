-- string methods: sub, rep, reverse, byte, char, upper, lower, len, find plain, comparison
local s = "Hello, World"
print(#s, s:len(), s:upper(), s:lower(), s:reverse())
for _, range in ipairs { { 1, 5 }, { -5 }, { 0 }, { 3, 2 }, { -100, 100 }, { 8, -1 }, { 13 } } do
  print(range[1], range[2], "[" .. s:sub(table.unpack(range)) .. "]")
end
print(("ab"):rep(3), ("ab"):rep(3, "-"), ("x"):rep(0), ("x"):rep(-1))
print(s:byte(1, 5))
print(s:byte(-1), s:byte(100))
print(string.char(76, 117, 97), string.char())
print(s:find("o"), s:find("o", 6), s:find("xyz"))
print(s:find("l+"), s:find(".", 1, true), s:find("", 20), s:find("", 13))
print("a.b.c" == ("a b c"):gsub(" ", "."), ("%d"):rep(2))

-- comparison
for _, pair in ipairs { { "a", "b" }, { "a", "B" }, { "", "a" }, { "a\0b", "a\0c" }, { "10", "9" }, { "abc", "abcd" } } do
  local x, y = pair[1], pair[2]
  print(x < y, x <= y, x == y)
end

-- caesar and palindrome
local function caesar(text, k)
  return (text:gsub("%a", function(c)
    local base = c:match("%l") and 97 or 65
    return string.char((c:byte() - base + k) % 26 + base)
  end))
end
local secret = caesar("Attack at Dawn!", 3)
print(secret, caesar(secret, -3))

local function palindrome(text)
  local letters = text:lower():gsub("%A", "")
  return letters == letters:reverse()
end
print(palindrome("A man, a plan, a canal: Panama"), palindrome("Lua"))

-- split, trim, center, startswith
local function split(text, sep)
  local out, from = {}, 1
  while true do
    local a, b = text:find(sep, from, true)
    if not a then break end
    out[#out + 1] = text:sub(from, a - 1)
    from = b + 1
  end
  out[#out + 1] = text:sub(from)
  return out
end
local parts = split("a,,b,c,", ",")
print(#parts, "<" .. table.concat(parts, "><") .. ">")
print("[" .. ("  trim me\t\n"):match("^%s*(.-)%s*$") .. "]")
local function center(text, w)
  local pad = w - #text
  return (" "):rep(pad // 2) .. text .. (" "):rep(pad - pad // 2)
end
print("|" .. center("mid", 10) .. "|")
print("tab\tnew\\n \65\x42\u{43} \z
       joined", "nul:" .. #"a\0b")
return s:sub(1, 1), #parts
