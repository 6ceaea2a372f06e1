# frozen_string_literal: true

module Abide
  module Repro
    # An expression of the program that gives what is printed: `inline` inside a string, `code` alone.
    class Shown
      attr_reader :code, :inline, :choice

      def self.code(code)
        new(code, "\#{#{code}}")
      end

      # `text` is the inside of a string in double quotes.
      def self.text(text)
        new(text.match?(/[#\\']/) ? %("#{text}") : "'#{text}'", text)
      end

      def self.choice(condition, one, other)
        code = "#{condition} ? #{one.code} : #{other.code}"
        new(code, "\#{#{code}}", [condition, one, other])
      end

      # `choice`: the condition, and what is shown by it.
      def initialize(code, inline, choice = nil)
        @code = code
        @inline = inline
        @choice = choice
      end

      # Lines that put it into a variable.
      def assignment(variable)
        line = "#{variable} = #{code}"
        return [line] if line.size <= Text::WIDTH || !choice

        ["#{variable} =", "  if #{choice[0]}", "    #{choice[1].code}", '  else', "    #{choice[2].code}", '  end']
      end
    end

    # Ruby source text of values, safe whatever a stranger has put into them.
    module Text
      WIDTH = 100
      INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}]/.freeze
      KEYWORDS = %w[
        BEGIN END alias and begin break case class def defined? do else elsif end ensure false for if in module next nil
        not or redo rescue retry return self super then true undef unless until when while yield
      ].freeze

      module_function

      def string(bytes)
        text = bytes.dup.force_encoding(Encoding::UTF_8)
        return text.b.dump unless text.valid_encoding?
        return "'#{text}'" if text.match?(/\A[ -&(-\[\]-~]*\z/)

        %("#{escape(text)}")
      end

      # The inside of a string in double quotes.
      def escape(text)
        text.encode(Encoding::UTF_8).inspect[1..-2].gsub(INVISIBLE) { |each| format('\u{%x}', each.ord) }
      end

      # A string that repeats itself is written so.
      def long_string(bytes)
        return string(bytes) if bytes.bytesize < 80

        text = bytes.dup.force_encoding(Encoding::UTF_8)
        text = bytes.b unless text.valid_encoding?
        period = (1..16).find { |size| (text.size % size).zero? && text == text[0, size] * (text.size / size) }
        period ? "#{string(text[0, period])} * #{text.size / period}" : string(bytes)
      end

      def float(bits, size)
        value = size == 8 ? [bits].pack('H16').unpack1('G') : [bits].pack('H8').unpack1('g')
        return not_a_number(bits, size) if value.nan?
        return value.negative? ? '-Float::INFINITY' : 'Float::INFINITY' if value.infinite?

        value.to_s
      end

      # With its payload: 32 bits are widened by hand, the hardware would quieten it.
      def not_a_number(bits, size)
        number = bits.hex
        number = (number >> 31 << 63) | (0x7ff << 52) | ((number & 0x7fffff) << 29) if size == 4
        format("[0x%016x].pack('Q').unpack1('D')", number)
      end

      # A list of numbers; long ones of one value or in order are written short.
      def list(items)
        return "[#{items.first}] * #{items.size}" if items.size > 8 && items.uniq.size == 1
        return items.join(', ').prepend('[') << ']' unless items.size > 8 && ascending?(items)

        "[*#{items.first}..#{items.last}]"
      end

      def ascending?(items)
        items.all? { |each| each.match?(/\A-?\d+\z/) } && items.each_cons(2).all? { |a, b| a.to_i + 1 == b.to_i }
      end

      # Memory fresh from the heap that holds these bytes.
      def memory(bytes)
        list = bytes.bytes
        return %("\\0".b * #{list.size}) if list.size > 8 && list.all?(&:zero?)
        return "[#{string(bytes)}].pack('a*')" if bytes.match?(/\A[ -~]+\z/n)
        return packed(list.map(&:to_s), 'C') if list.size <= 64 || list.uniq.size == 1

        "['#{bytes.unpack1('H*')}'].pack('H*')"
      end

      def packed(items, directive)
        return "[#{items.first}].pack('#{directive}')" if items.size == 1

        text = list(items)
        text = "(#{text})" unless text.end_with?(']')
        "#{text}.pack('#{directive}*')"
      end

      # A line that is too long, broken at the commas of its first list.
      def break_list(line)
        head = line[/\A[^\[('"]*[\[(]/]
        return [line] unless head && line.size > WIDTH

        depth = 0
        parts = line[head.size..].scan(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[\[({]|[\])}]|, |./m).slice_before do |token|
          depth += { '[' => 1, '(' => 1, '{' => 1, ']' => -1, ')' => -1, '}' => -1 }.fetch(token, 0)
          (token == ', ' && depth.zero?) || (depth == -1 && token.match?(/[\])}]/))
        end
        items = parts.map(&:join).slice_before { |part| part.match?(/\A[\])}]/) }.to_a
        wrap(head, items.first.map { |item| item.delete_prefix(', ') }, items.drop(1).flatten.join)
      end

      # Lines no longer than they should be, broken at the commas of one list.
      def wrap(head, items, tail)
        line = "#{head}#{items.join(', ')}#{tail}"
        return [line] if line.size <= WIDTH || items.size < 2

        rows = [+'']
        items.each_with_index do |item, index|
          item = "#{item}," if index < items.size - 1
          rows << +'' if rows.last.size + item.size > WIDTH - 4 && !rows.last.empty?
          rows.last << "#{' ' unless rows.last.empty?}#{item}"
        end
        [head, *rows.map { |row| "  #{row}" }, tail]
      end
    end
  end
end
