-- mode mixture: attached within a protected call, a traceback names that call otherwise; the README says so
do local ok, e = xpcall(function(...)
  print((tostring((0 - 2))):gsub('%w', {a = 'b', x = 1}))
  print(#T)
end, function(e) return debug.traceback('t', 1) end, 1) print(ok, type(e) == 'string' and e or type(e)) end
