-- bitwise operators: shifts past the width, negative shifts, masks, popcount, crc, bitsets
print(5 & 3, 5 | 3, 5 ~ 3, ~5, ~0)
print(1 << 4, 256 >> 4, 1 << 63, 1 << 64, 1 << -1, 2 >> -3)
print(-1 >> 1 == math.maxinteger, -1 >> 63, -1 << 63 == math.mininteger)
print(3.0 & 1, "7" | 8, 2 ^ 31 | 0)
print(1 | 2 ~ 3 & 4 << 1 + 1, (1 | 2) ~ 3, ~1 & 0xff)

local function bits(n, width)
  local out = {}
  for i = width - 1, 0, -1 do
    out[#out + 1] = n >> i & 1
  end
  return table.concat(out)
end
for _, n in ipairs { 0, 1, 10, 170, 255, -1 } do
  print(n, bits(n, 8))
end

local function popcount(n)
  local c = 0
  while n ~= 0 do
    n = n & n - 1
    c = c + 1
  end
  return c
end
print(popcount(0), popcount(255), popcount(-1), popcount(0x5555))

-- crc-16 of a string
local function crc16(s)
  local crc = 0xFFFF
  for i = 1, #s do
    crc = crc ~ s:byte(i)
    for _ = 1, 8 do
      if crc & 1 == 1 then crc = crc >> 1 ~ 0xA001 else crc = crc >> 1 end
    end
  end
  return crc
end
print(("%04x"):format(crc16("123456789")))

-- FNV-1a in 32 bits
local function fnv(s)
  local h = 0x811c9dc5
  for _, b in ipairs { s:byte(1, -1) } do
    h = (h ~ b) * 0x01000193 & 0xffffffff
  end
  return h
end
print(("%08x %08x"):format(fnv(""), fnv("lua")))

-- xor swap, powers of two, gray code
local x, y = 12, 34
x = x ~ y; y = x ~ y; x = x ~ y
print(x, y)
local gray = {}
for i = 0, 7 do gray[#gray + 1] = bits(i ~ i >> 1, 3) end
print(table.concat(gray, " "))
print(16 & 15 == 0, 18 & 17 == 0)

-- permissions as a bit set
local READ, WRITE, EXEC = 1 << 2, 1 << 1, 1 << 0
local mode = READ | WRITE
mode = mode & ~WRITE | EXEC
print(mode, mode & READ ~= 0, mode & WRITE ~= 0, mode & EXEC ~= 0)
print(pcall(function() return 1 & 1.5 end))
return popcount(0xF0F0), fnv("a")
