// The globals that a program leaves, as an expression of Lua tells them.

extension Program {
    /// The globals that the script has made, as text, for states of which nothing but Lua is at hand: an expression.
    static let toldGlobals = """
        (function()
          local seen, count, out = {}, 0, {}
          local function add(s) out[#out + 1] = s end
          local tell
          local function scalar(v) return type(v) == 'number' and ('%.17g'):format(v) or ('%q'):format(tostring(v)) end
          local function tellNamed(t, pattern, last)
            local keys, others = {}, 0
            for k in next, t do
              local kind = math.type(k) or type(k)
              if kind == 'string' and k:find(pattern) or kind == 'float' or kind == 'boolean'
                or kind == 'integer' and (k < 1 or k > last) then keys[#keys + 1] = k
              elseif kind ~= 'string' and kind ~= 'integer' then others = others + 1 end
            end
            table.sort(keys, function(a, b)
              if type(a) ~= type(b) then return type(a) < type(b) end
              if type(a) == 'boolean' then return a and not b end
              return a < b
            end)
            for _, k in ipairs(keys) do add(type(k)) add(scalar(k)) add('=') tell(rawget(t, k)) add(' ') end
            add('and ' .. others)
          end
          function tell(v)
            local kind = math.type(v) or type(v)
            if kind == 'table' and not seen[v] then
              count = count + 1
              seen[v] = count
              local i = 1
              add('{')
              while rawget(v, i) ~= nil do tell(rawget(v, i)) add(' ') i = i + 1 end
              tellNamed(v, '', i - 1)
              add('}')
            elseif kind == 'table' then add('table') add(seen[v])
            elseif kind == 'integer' then add(('%d'):format(v))
            elseif kind == 'float' then add(('%.17g'):format(v))
            elseif kind == 'string' then add(('%q'):format(v))
            elseif kind == 'thread' then add('thread ') add(coroutine.status(v))
            elseif kind == 'boolean' then add(v and 'true' or 'false')
            else add(kind) end
          end
          tellNamed(_G, '^%u%d*$', 0)
          return table.concat(out)
        end)()
        """
}
