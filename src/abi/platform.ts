/** The platform a subject is built for: everything about it that the ABI depends on. */
export interface Platform {
  /** `linux-x86_64`, `macos-aarch64`, `windows-x86_64`… */
  readonly name: string;
  readonly os: 'linux' | 'macos' | 'windows';
  readonly arch: string;
  readonly endian: 'little' | 'big';
  /** Bits of a pointer and of `usize`. */
  readonly pointerWidth: 32 | 64;
  /** Bits of `c_long`: 32 on Windows. */
  readonly longWidth: 32 | 64;
  /** `c_char` is signed on x86 and on Apple, unsigned on other Arm. */
  readonly charSigned: boolean;
  /** Alignment in bytes of 64-bit integers and floats: 4 on i386 outside Windows. */
  readonly align64: 4 | 8;
  /** Alignment in bytes of `i128` in Rust ≥ 1.77. */
  readonly align128: 8 | 16;
}
