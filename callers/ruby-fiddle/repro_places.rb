# frozen_string_literal: true

module Abide
  module Repro
    # What a name stands for: an expression that gives a scalar (a pointer: a Fiddle::Pointer), or a place in memory.
    # `base` is a String or a Fiddle::Pointer, `extent` the size of all of it, `filled` whether it had the pattern.
    Scalar = Struct.new(:node, :code)
    Place = Struct.new(:node, :base, :offset, :extent, :filled) do
      def at(node, distance)
        Place.new(node, base, Place.add(offset, distance), extent, filled)
      end

      def slice(size)
        offset == 0 && size == extent ? base : "#{base}[#{offset}, #{size}]"
      end

      def pointer
        offset == 0 ? "Pointer[#{base}]" : "(Pointer[#{base}] + #{offset})"
      end

      def self.add(one, other)
        return one + other if one.is_a?(Integer) && other.is_a?(Integer)
        return one if other == 0

        one == 0 ? other : "#{one} + #{other}"
      end
    end

    # A pointer that is handed over: as an argument, as a number, and what it points at.
    Handed = Struct.new(:code, :address, :target)
  end
end
