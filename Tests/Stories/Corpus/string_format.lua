-- string.format with its options, widths and precisions, %q round trips and table rows
print(("%d %5d|%-5d|%05d %+d"):format(42, 42, 42, 42, 42))
print(("%i %u"):format(-7, 7))
print(("%x %X %#x %o"):format(255, 255, 255, 8))
print(("%f %.2f %8.3f|%-8.1f|"):format(1.5, 2.345, 3.14159, 2.25))
print(("%e %.3E"):format(12345.678, 0.00012))
print(("%g %g %g"):format(1e20, 0.1, 100))
print(("%a"):format(1.0))
print(("%s %10s|%-10s|%.2s"):format("str", "right", "left", "cut"))
print(("%s %s %s"):format(nil, true, 12.0))
print(("%c%c%c"):format(76, 117, 97))
print(("%%|%5.1f%%"):format(99.5))
print(("%s"):format(setmetatable({}, { __tostring = function() return "custom" end })))

-- %q gives back what load can read
for _, v in ipairs { "plain", "with \"quotes\"", "line\nbreak", "nul\0byte", "tab\t\r\\", "\1272" } do
  local q = ("%q"):format(v)
  print(q, load("return " .. q)() == v)
end
for _, v in ipairs { 1, -5, 0.5, 1e100, math.mininteger, true, false } do
  local q = ("%q"):format(v)
  print(q, load("return " .. q)() == v)
end
print(pcall(string.format, "%q", {}))

-- a little table printer
local rows = {
  { "apple", 3, 0.5 },
  { "watermelon", 12, 3.25 },
  { "fig", 120, 0.1 },
}
local widths = {}
for _, row in ipairs(rows) do
  for c, cell in ipairs(row) do
    widths[c] = math.max(widths[c] or 0, #tostring(cell))
  end
end
for _, row in ipairs(rows) do
  print(("| %-" .. widths[1] .. "s | %" .. widths[2] .. "d | %" .. widths[3] .. ".2f |"):format(table.unpack(row)))
end

print(tostring(1e15), tostring(1e16), 2^53, 1e100, -0.0, 100.0)
print(0.1 + 0.2, 1 / 3, 123456789012345678)
print(pcall(string.format, "%d", "3.0"), pcall(string.format, "%d", "x"))
print(pcall(string.format, "%10.123f", 1))
print(pcall(string.format, "%"))
return ("%03d"):format(7)
