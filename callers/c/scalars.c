/* The scalar types of an interface, as this compiler has them. */
#include "internal.h"

#define SCALAR(id, T, what, has_sign)                                                                             \
    const abide_type abide_type_##id = {                                                                          \
        .kind = what, .name = #id, .size = sizeof(T), .align = _Alignof(T), .is_signed = has_sign}
#define INTEGER(id, T) SCALAR(id, T, ABIDE_INT, (T)-1 < (T)1)

const abide_type abide_type_void = {.kind = ABIDE_VOID, .name = "void", .align = 1};
SCALAR(bool, bool, ABIDE_BOOL, false);
SCALAR(f32, float, ABIDE_FLOAT, true);
SCALAR(f64, double, ABIDE_FLOAT, true);
INTEGER(i8, int8_t);
INTEGER(i16, int16_t);
INTEGER(i32, int32_t);
INTEGER(i64, int64_t);
INTEGER(u8, uint8_t);
INTEGER(u16, uint16_t);
INTEGER(u32, uint32_t);
INTEGER(u64, uint64_t);
#ifdef __SIZEOF_INT128__
INTEGER(i128, __int128);
INTEGER(u128, unsigned __int128);
#endif
INTEGER(isize, ptrdiff_t);
INTEGER(usize, size_t);
INTEGER(c_char, char);
INTEGER(c_schar, signed char);
INTEGER(c_uchar, unsigned char);
INTEGER(c_short, short);
INTEGER(c_ushort, unsigned short);
INTEGER(c_int, int);
INTEGER(c_uint, unsigned int);
INTEGER(c_long, long);
INTEGER(c_ulong, unsigned long);
INTEGER(c_longlong, long long);
INTEGER(c_ulonglong, unsigned long long);
