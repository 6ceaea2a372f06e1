# frozen_string_literal: true

# The way from a reference in a plan to the value or the place in memory it stands for.

require 'fiddle'
require_relative 'memory'

module Abide
  # What a name in a plan stands for: a scalar, or a place in memory.
  Value = Struct.new(:node, :native)
  Place = Struct.new(:node, :address)

  # Follows references and their paths.
  class References
    def initialize(types)
      @types = types
    end

    # A reference and its path, followed to a Value or a Place.
    def resolve(reference, scope)
      found = scope.fetch(reference['$ref'])
      (reference['path'] || []).reduce(found) { |value, part| into(value, part) }
    end

    # A count in a plan: a number, a slot or a bound integer.
    def count(wire, scope)
      wire = scope.slot(wire)
      return Integer(wire) unless wire.is_a?(Hash)

      Integer(scalar(wire.key?('$out') ? scope.pointee(wire['$out']) : resolve(wire, scope)))
    end

    # A value as it is now: what changes in memory later does not change it.
    def keep(place, memory)
      return Value.new(place.node, load(place.node, place.address)) if @types.cell(place.node)

      size = @types.size(place.node)
      copy = memory.keep(Fiddle::Pointer.malloc(size, Fiddle::RUBY_FREE))
      copy[0, size] = Raw.read(place.address, size)
      Place.new(place.node, copy.to_i)
    end

    # The native value of what was bound; the address of an aggregate.
    def scalar(value)
      case value
      when Value then value.native
      else @types.cell(value.node) ? load(value.node, value.address) : value.address
      end
    end

    def load(node, address)
      cell = @types.cell(node)
      value = Raw.read(address, cell.size).unpack1(cell.directive)
      node['kind'] == 'bool' ? value != 0 : value
    end

    private

    # One step of a path: an index, a field, a member or a variant; pointers are followed.
    def into(value, part)
      return value.fetch(part) if value.is_a?(Hash)

      node = value.node
      return into_pointer(value, part) if node['kind'] == 'pointer'
      return into_array(value, part) if node['kind'] == 'array'

      field = variant_field(node, part) if node['kind'] == 'tagged'
      field ||= @types.aggregate(node).fields.fetch(part) { raise ArgumentError, "nothing is called #{part.inspect}" }
      Place.new(field.node, value.address + field.offset)
    end

    def variant_field(node, name)
      @types.payload(node, @types.variant(node) { |each| each['name'] == name })
    end

    def into_array(value, part)
      of = value.node['of']
      Place.new(of, value.address + (Integer(part, 10) * @types.size(of)))
    end

    def into_pointer(value, part)
      to = value.node['to']
      address = scalar(value)
      return Place.new(to, address + (Integer(part, 10) * @types.size(to))) if part.match?(/\A\d+\z/)

      into(Place.new(to, address), part)
    end
  end
end
