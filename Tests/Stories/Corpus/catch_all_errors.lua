-- a loop of pcall around every kind of failing operation, with variable names in the messages
local up = nil
glob = nil
local tbl = { field = nil, num = 5, inner = {} }

local failing = {
  function() return up + 1 end,
  function() return 1 + glob end,
  function() return tbl.field * 2 end,
  function() local loc; return -loc end,
  function() return tbl.inner // 1 end,
  function() return 1 // 0 end,
  function() return 1 % 0 end,
  function() return "abc" + 1 end,
  function() return up.x end,
  function() return glob.x end,
  function() return tbl.field.deeper end,
  function() local loc = 5; return loc.x.y end,
  function() return ("str").x.y end,
  function() up.x = 1 end,
  function() tbl.field.x = 1 end,
  function() tbl[nil] = 1 end,
  function() tbl[0 / 0] = 1 end,
  function() up() end,
  function() glob() end,
  function() tbl.field() end,
  function() tbl:method() end,
  function() tbl.num() end,
  function() ("x")() end,
  function() local loc = true; loc() end,
  function() tbl[1]() end,
  function() (function() end)()() end,
  function() return 1 < "2" end,
  function() return {} <= {} end,
  function() return nil > 1 end,
  function() return "a" .. nil end,
  function() return tbl .. "a" end,
  function() return up .. "" end,
  function() return 1 .. true end,
  function() return #up end,
  function() return #tbl.num end,
  function() for i = "a", 2 do end end,
  function() for i = 1, {} do end end,
  function() for i = 1, 2, "x" do end end,
  function() for i = 1, 2, nil do end end,
  function() for k in 5 do end end,
  function() for k in nil do end end,
  function() for k, v in tbl do end end,
  function() return ~1.5 end,
  function() return 1 << "x" end,
  function() return 2 ^ 70 | 0 end,
}

for i, f in ipairs(failing) do
  print(i, select(2, pcall(f)))
end
return #failing
