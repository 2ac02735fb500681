-- load with reader functions, and syntax errors of many kinds with their messages
local function pieces(...)
  local list, i = { ... }, 0
  return function()
    i = i + 1
    return list[i]
  end
end

print(load(pieces("return ", "1 ", "+ 2"))())
print(load(pieces("ret", "urn 'spl", "it'"), "=split")())
print(load(pieces("return 1", "", "+ 1"))())
print(load(pieces())())

-- a reader driven by a coroutine-free generator of lines
local n = 0
local chunk = load(function()
  n = n + 1
  if n == 1 then return "local s = 0\n" end
  if n <= 5 then return "s = s + " .. n .. "\n" end
  if n == 6 then return "return s" end
end, "=lines")
print(chunk(), n)

-- readers that fail
print(load(function() error("reader failed", 0) end))
print(load(pieces("return ", 4, 2))())
print(load(function() return {} end))
print(type(select(2, load(function() error({}) end))))

local bad = {
  "x =",
  "x = = 1",
  "local 1 = 2",
  "if x then",
  "for i = 1 do end",
  "for i in do end",
  "while true do",
  "repeat x() unt",
  "function f( end",
  "return return",
  "x = 'unfinished",
  "x = \"line\nbreak\"",
  "x = [[never closed",
  "--[[ comment never closed",
  "x = 0x",
  "x = 1..2",
  "x = 3e",
  "x = '\\q'",
  "x = '\\300'",
  "x = '\\u{110000000}'",
  "x = @",
  "f(",
  "f() = 1",
  "a.b:c = 1",
  "x = }",
  "break",
  "goto done",
  "::l:: ::l::",
  "local function f() return ... end",
  "end",
  "x y",
  "not x",
  "x = a.1",
  "local x = {1, 2",
  "\n\n\n  )",
}
for i, source in ipairs(bad) do
  local f, message = load(source, "=bad")
  print(i, f, message)
end
print(load("x = " .. ("a"):rep(90) .. " b", "=long"))
return #bad
