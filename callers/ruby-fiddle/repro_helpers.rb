# frozen_string_literal: true

module Abide
  module Repro
    # The functions a program brings along when its case needs them.
    module Helpers
      NEEDS = { text: [:bytes], utf16: [:bytes], untouched?: [:pattern] }.freeze

      TEXTS = {
        f32: <<~'RUBY',
          # The bits of a float of 32 bits; Array#pack would make every NaN the same one.
          def f32(value)
            return format('0x%08x', [value].pack('f').unpack1('L')) unless value.nan?

            bits = [value].pack('d').unpack1('Q')
            format('0x%08x', bits >> 63 << 31 | 0x7f800000 | bits >> 29 & 0x7fffff)
          end
        RUBY
        f64: <<~'RUBY',
          def f64(value)
            format('0x%016x', [value].pack('d').unpack1('Q'))
          end
        RUBY
        bytes: <<~'RUBY',
          def bytes(data)
            ['bytes', *data.unpack1('H*').scan(/../)].join(' ')
          end
        RUBY
        text: <<~'RUBY',
          def text(pointer)
            pointer = Pointer[pointer]
            return 'null' if pointer.null?

            text = pointer.to_s.force_encoding('UTF-8')
            text.valid_encoding? ? JSON.generate(text) : bytes(text)
          end
        RUBY
        utf16: <<~'RUBY',
          def utf16(pointer)
            pointer = Pointer[pointer]
            return 'null' if pointer.null?

            length = (0..).step(2).find { |at| pointer[at, 2] == "\0\0" }
            text = pointer[0, length].unpack('S*').pack('n*').force_encoding('UTF-16BE')
            text.valid_encoding? ? JSON.generate(text.encode('UTF-8')) : bytes(text)
          end
        RUBY
        pattern: <<~'RUBY',
          # What fresh memory is filled with, so that it shows what has been written.
          def pattern(size, from = 0)
            Array.new(size) { |index| 0xA5 ^ ((from + index) & 0xff) }.pack('C*')
          end
        RUBY
        untouched?: <<~'RUBY',
          def untouched?(memory, offset = 0, size = memory.bytesize)
            size.positive? && memory[offset, size] == pattern(size, offset)
          end
        RUBY
        build: <<~'RUBY',
          # Memory that holds a struct with these fields; a number for a name is an offset.
          def build(type, fields)
            memory = "\0".b * type.size
            struct = type.new(Pointer[memory])
            fields.each do |at, value|
              at.is_a?(Integer) ? memory[at, value.bytesize] = value : struct[at] = value
            end
            memory
          end
        RUBY
        Barrier: <<~'RUBY'
          # Threads wait here for each other; then what they saw is printed in their order.
          class Barrier
            def initialize(count)
              @count = count
              @lines = {}
              @turn = 0
              @lock = Mutex.new
              @passed = ConditionVariable.new
            end

            def pass(thread, lines)
              @lock.synchronize do
                turn = @turn
                @lines[thread] = lines.shift(lines.size)
                @lines.size == @count ? open : (@passed.wait(@lock) while @turn == turn)
              end
            end

            def open
              @lines.sort.each { |_, lines| lines.each { |line| puts line } }
              @lines = {}
              @turn += 1
              @passed.broadcast
            end
          end
        RUBY
      }.transform_values(&:chomp).freeze
    end
  end
end
