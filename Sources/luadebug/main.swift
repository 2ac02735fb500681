print("luadebug")
