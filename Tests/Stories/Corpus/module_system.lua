-- a little module system: preload, require, reload, dependencies, cycles and errors while loading
local preload, loaded, searched = {}, {}, {}
local loading = {}

local function import(name)
  if loaded[name] ~= nil then return loaded[name] end
  if loading[name] then error("loop while loading '" .. name .. "'", 2) end
  local source = preload[name]
  searched[#searched + 1] = name
  if not source then error("module '" .. name .. "' not found", 2) end
  loading[name] = true
  local env = setmetatable({ import = import }, { __index = _G })
  local chunk, message = load(source, "=" .. name, "t", env)
  if not chunk then
    loading[name] = nil
    error(message, 0)
  end
  local ok, result = pcall(chunk, name)
  loading[name] = nil
  if not ok then error(result, 0) end
  if result == nil then result = true end
  loaded[name] = result
  return result
end

preload.vector = [[
local M, name = {}, ...
M.name = name
function M.add(a, b) return { a[1] + b[1], a[2] + b[2] } end
return M
]]
preload.shapes = [[
local vector = import "vector"
return {
  translate = function(p, by)
    return vector.add(p, by)
  end,
}
]]
preload.ping = "import 'pong' return 'ping'"
preload.pong = "import 'ping' return 'pong'"
preload.broken = "local x = = 1"
preload.failing = "\n\nerror('cannot start')"
preload.globals = "leaked = 1 return leaked"
preload.silent = "-- returns nothing"

local p = import("shapes").translate({ 1, 2 }, { 10, 20 })
print(p[1], p[2], import("vector").name)
print(import "shapes" == import "shapes", table.concat(searched, " "))
for _, name in ipairs { "ping", "broken", "failing", "missing", "globals", "silent" } do
  print(name, pcall(import, name))
end
print(leaked)

-- reload replaces the functions in place
local function reload(name)
  local old = loaded[name]
  loaded[name] = nil
  local new = import(name)
  for k in pairs(old) do old[k] = nil end
  for k, v in pairs(new) do old[k] = v end
  loaded[name] = old
  return old
end
local kept = import "vector"
preload.vector = "return { add = function() return { 'reloaded', 0 } end }"
reload("vector")
print(kept.add()[1], import("shapes").translate()[1], kept.name)

-- the real require with a preloaded module
package.preload["corpus.sample"] = function(name, extra) return { name = name, extra = extra } end
local m = require "corpus.sample"
print(m.name, m == require "corpus.sample", m.extra)
package.preload["corpus.sample"], package.loaded["corpus.sample"] = nil, nil
return #searched
