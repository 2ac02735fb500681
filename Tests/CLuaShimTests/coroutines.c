/* Coroutines: each one is known from its creation to its collection, through the allocator and without a hook. */
#include "rig.h"

static size_t known(rig *r) { return ldbg_coroutines(r->ctx, NULL, 0); }

static void coroutines_are_known_until_they_are_collected(void) {
  rig *r = rig_new();
  CHECK_NUMBER(known(r), 1);
  rig_run(r, "kept = coroutine.create(function() end)\ncoroutine.create(function() end)\nlocal x = {}");
  CHECK_NUMBER(known(r), ldbg_layout_is_proven() ? 3 : 2); /* without the proof a look at them ends the collector's cycle */
  lua_gc(r->L, LUA_GCCOLLECT, 0);
  CHECK_NUMBER(known(r), 2);
  lua_getglobal(r->L, "kept");
  CHECK_NUMBER(ldbg_coroutine_id(r->ctx, lua_tothread(r->L, -1)), 1);
  ldbg_coroutine list[4];
  CHECK_NUMBER(ldbg_coroutines(r->ctx, list, 1), 2); /* filled up to the capacity, counted to the end */
  CHECK_NUMBER(ldbg_coroutines(r->ctx, list, 4), 2);
  CHECK(list[0].thread == lua_tothread(r->L, -1) || list[1].thread == lua_tothread(r->L, -1));
  lua_pop(r->L, 1);
  rig_free(r);
}

static void coroutines_made_inside_coroutines_are_known_and_numbered(void) {
  rig *r = rig_new();
  rig_run(r, "local function nest(n) local co = coroutine.create(function() if n > 1 then nest(n - 1) end coroutine.yield() end)\n"
             "all = all or {} all[#all + 1] = co coroutine.resume(co) end nest(20)");
  CHECK_NUMBER(known(r), 21);
  lua_getglobal(r->L, "all");
  for (int i = 1; i <= 20; i++) {
    lua_rawgeti(r->L, -1, i);
    CHECK(ldbg_coroutine_id(r->ctx, lua_tothread(r->L, -1)) <= 20);
    lua_pop(r->L, 1);
  }
  lua_pop(r->L, 1);
  rig_free(r);
}

static void ten_thousand_coroutines_come_and_go(void) {
  rig *r = rig_new();
  rig_run(r, "all = {} for i = 1, 10000 do all[i] = coroutine.create(function() end) end local x = {}");
  CHECK_NUMBER(known(r), 10001);
  rig_run(r, "for i = 1, 10000 do if i % 3 > 0 then all[i] = nil end end");
  lua_gc(r->L, LUA_GCCOLLECT, 0);
  CHECK_NUMBER(known(r), 3334);
  lua_getglobal(r->L, "all");
  bool right = true;
  for (int i = 3; i <= 10000; i += 3) {
    lua_rawgeti(r->L, -1, i);
    right = right && ldbg_coroutine_id(r->ctx, lua_tothread(r->L, -1)) == (uint64_t)i;
    lua_pop(r->L, 1);
  }
  CHECK(right);
  lua_settop(r->L, 0);
  rig_run(r, "all = nil");
  lua_gc(r->L, LUA_GCCOLLECT, 0);
  CHECK_NUMBER(known(r), 1);
  CHECK_NUMBER(r->ctx->threads.foreign, 0);
  rig_free(r);
}

static void coroutines_of_ours_are_hidden(void) {
  rig *r = rig_new();
  CHECK(ldbg_scratch(r->ctx) != NULL);
  CHECK_NUMBER(known(r), 1);
  rig_run(r, "kept = coroutine.create(print) local x = {}");
  CHECK_NUMBER(known(r), 2);
  lua_getglobal(r->L, "kept");
  CHECK_NUMBER(ldbg_coroutine_id(r->ctx, lua_tothread(r->L, -1)), 1); /* ours took no number */
  lua_pop(r->L, 1);
  rig_free(r);
}

static void a_new_coroutine_is_born_only_once_it_may_be_touched(void) {
  rig *r = rig_new();
  lua_State *co = lua_newthread(r->L);
  CHECK(r->ctx->threads.embryo == co);
  CHECK_NUMBER(r->ctx->threads.embryo_stage, 2);
  ldbg_attend(r->ctx, LDBG_ATTEND_SYNC);
  CHECK(lua_gethook(co) == NULL); /* not before the next call of the allocator */
  lua_newtable(r->L);
  CHECK(r->ctx->threads.embryo == NULL);
  CHECK(lua_gethook(co) != NULL);
  ldbg_withdraw(r->ctx, LDBG_ATTEND_SYNC);
  ldbg_arm(r->ctx);
  CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 0);
  rig_free(r);
}

static void a_coroutine_whose_stack_is_refused_is_never_touched(void) {
  rig *r = rig_new();
  lua_gc(r->L, LUA_GCCOLLECT, 0);
  for (int times = 1; times <= 2; times++) {
    for (long at = 1; at <= 2; at++) {
      r->heap.growths = 0;
      r->heap.refuse_at = at;
      r->heap.refuse_times = times;
      r->heap.counting = true;
      lua_getglobal(r->L, "coroutine");
      lua_getfield(r->L, -1, "create");
      lua_getglobal(r->L, "print");
      int status = lua_pcall(r->L, 1, 1, 0);
      r->heap.counting = false;
      CHECK_NUMBER(status, times == 1 ? LUA_OK : LUA_ERRMEM);
      ldbg_attend(r->ctx, LDBG_ATTEND_SYNC);
      if (status == LUA_OK) lua_newtable(r->L); /* grown up */
      CHECK_NUMBER(known(r), status == LUA_OK ? 2 : 1);
      ldbg_withdraw(r->ctx, LDBG_ATTEND_SYNC);
      lua_settop(r->L, 0);
      lua_gc(r->L, LUA_GCCOLLECT, 0);
      CHECK_NUMBER(known(r), 1);
      CHECK_NUMBER(r->ctx->threads.count, 1);
    }
  }
  ldbg_arm(r->ctx);
  CHECK_NUMBER(ldbg_armed_coroutines(r->ctx), 0);
  rig_free(r);
}

static void a_coroutine_of_before_is_met_when_handed_over_or_stepped_into(void) {
  rig *r = rig_bare();
  rig_run_hosted(r, "function body(a)\ncoroutine.yield(a)\nreturn a\nend\nold = coroutine.create(body) older = coroutine.wrap(body)");
  rig_attach(r);
  CHECK_NUMBER(known(r), 1);
  CHECK_TEXT(rig_walk(r, "i", "\n\n\n\n\n\ncoroutine.resume(old, 1)\nolder(1)"), "7 2@1 8 2@2");
  CHECK_NUMBER(known(r), 3);
  lua_getglobal(r->L, "old");
  CHECK_NUMBER(ldbg_adopt(r->ctx, lua_tothread(r->L, -1)), LDBG_OK);
  CHECK_NUMBER(known(r), 3); /* known already */
  lua_pop(r->L, 1);
  rig_free(r);
}

/* What a coroutine's frames refer to may be swept before it is: under valgrind this fails where a dead one is read. */
static void the_dead_are_neither_listed_nor_looked_at(void) {
  rig *r = rig_new();
  rig_break(r, 1, 1, "a == nil");
  rig_plan(r);
  ldbg_coroutine list[64];
  for (int round = 0; round < (ldbg_layout_is_proven() ? 4 : 1); round++) {
    rig_run(r, "for i = 1, 40 do coroutine.wrap(function() local a = {} local f = function() coroutine.yield(a) end f() end)() end");
    for (int step = 0; step < 200; step++) {
      size_t count = ldbg_coroutines(r->ctx, list, 64);
      if (count > 64) count = 64;
      if (step % 7 == 0)
        for (size_t i = 0; i < count; i++) {
          bool alive = false;
          ldbg_coroutine now[64];
          for (size_t j = ldbg_coroutines(r->ctx, now, 64); j-- > 0;) alive |= j < 64 && now[j].thread == list[i].thread;
          if (alive && list[i].id != 0) rig_evaluate(r, list[i].thread, 1, "a, a and collectgarbage()", LDBG_EXPRESSION, 1000);
        }
      ldbg_arm(r->ctx);
      lua_gc(r->L, LUA_GCSTEP, 0);
    }
  }
  lua_gc(r->L, LUA_GCCOLLECT, 0);
  CHECK_NUMBER(known(r), 1);
  rig_free(r);
}

static void looking_tells_the_dead_from_the_want_of_memory(void) {
  rig *r = rig_new();
  rig_run(r, "local a = 5 co = coroutine.create(function() local b = a coroutine.yield(b) end) coroutine.resume(co)");
  lua_getglobal(r->L, "co");
  lua_State *co = lua_tothread(r->L, -1);
  lua_pop(r->L, 1);
  r->heap.growths = 0;
  r->heap.refuse_at = 1;
  r->heap.refuse_times = 1000;
  r->heap.counting = true;
  CHECK_NUMBER(ldbg_begin_look(r->ctx, co), LDBG_LOOK_MEMORY);
  r->heap.counting = false;
  r->heap.refuse_at = 0;
  CHECK_NUMBER(ldbg_begin_look(r->ctx, co), LDBG_LOOK_OK);
  ldbg_end_look(r->ctx, co);
  rig_run(r, "co = nil collectgarbage()");
  CHECK_NUMBER(ldbg_begin_look(r->ctx, co), LDBG_LOOK_GONE);
  rig_free(r);
}

void test_coroutines(void) {
  coroutines_are_known_until_they_are_collected();
  coroutines_made_inside_coroutines_are_known_and_numbered();
  ten_thousand_coroutines_come_and_go();
  coroutines_of_ours_are_hidden();
  the_dead_are_neither_listed_nor_looked_at();
  looking_tells_the_dead_from_the_want_of_memory();
  a_new_coroutine_is_born_only_once_it_may_be_touched();
  a_coroutine_whose_stack_is_refused_is_never_touched();
  a_coroutine_of_before_is_met_when_handed_over_or_stepped_into();
}
