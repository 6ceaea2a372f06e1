# frozen_string_literal: true

# Wire values to native values and memory.

require 'fiddle'
require 'json'
require_relative 'memory'
require_relative 'references'
require_relative 'types'

module Abide
  # Native values, from the wire and from memory.
  class Values
    def initialize(types, &make_callback)
      @types = types
      @references = References.new(types)
      @make_callback = make_callback
    end

    # A value for a scalar: Integer (addresses and enums too), Float or Boolean.
    def native(node, wire, scope, name)
      wire = scope.slot(wire)
      return referred(node, wire, scope) if wire.is_a?(Hash) && wire.key?('$ref')

      case node['kind']
      when 'int', 'enum' then integer(wire)
      when 'float' then float(wire, node['size'])
      when 'bool' then wire.is_a?(Hash) ? integer(wire) : wire
      when 'pointer', 'callback' then pointer(node, wire, scope, name)
      else raise ArgumentError, "a #{node['kind']} is no scalar: #{wire.inspect}"
      end
    end

    # Writes a value of any type to an address.
    def store(node, address, wire, scope, name)
      wire = scope.slot(wire)
      return copy(node, address, wire, scope) if wire.is_a?(Hash) && wire.key?('$ref')

      case node['kind']
      when 'array' then store_sequence(node['of'], address, wire, scope, name)
      when 'struct' then store_fields(@types.aggregate(node), address, wire, scope, name)
      when 'union' then store_union(node, address, wire, scope, name)
      when 'tagged' then store_tagged(node, address, wire, scope, name)
      else write_cell(node, address, native(node, wire, scope, name))
      end
    end

    # Puts a value into memory just made: by the rule of `$out`, or as it stands.
    def fill(region, node, wire, scope, name)
      return store(node, region.address, wire, scope, name) unless wire.is_a?(Hash) && wire.key?('$out')

      region.fill
      element = node['kind'] == 'array' ? node['of'] : node
      store_sequence(element, region.address, wire['from'], scope, name) if wire['from']
    end

    private

    def integer(wire)
      Integer(wire.is_a?(Hash) ? wire.fetch('$raw') : wire, 10)
    end

    # By its bits: the hardware would quieten a NaN on the way from 32 bits to Ruby's 64.
    def float(wire, size)
      bits = wire.hex
      return [wire].pack('H16').unpack1('G') if size == 8
      return [wire].pack('H8').unpack1('g') if bits & 0x7fffffff <= 0x7f800000

      [((bits >> 31) << 63) | (0x7ff << 52) | ((bits & 0x7fffff) << 29)].pack('Q').unpack1('D')
    end

    # The bytes of a sequence, where they are given as such.
    def raw(wire)
      wire['$bytes'] || wire.fetch('$text')
    end

    def hex(digits)
      [digits].pack('H*')
    end

    def write_cell(node, address, value)
      Raw.write(address, [number(value)].pack(@types.cell(node).directive))
    end

    def store_sequence(node, address, wires, scope, name)
      return Raw.write(address, hex(raw(wires))) if wires.is_a?(Hash)
      return store_cells(node, address, wires, scope, name) if @types.cell(node)

      size = @types.size(node)
      wires.each_with_index { |wire, index| store(node, address + (index * size), wire, scope, name) }
    end

    def store_cells(node, address, wires, scope, name)
      values = wires.map { |wire| number(native(node, wire, scope, name)) }
      Raw.write(address, values.pack("#{@types.cell(node).directive}*"))
    end

    def referred(node, wire, scope)
      value = @references.scalar(@references.resolve(wire, scope))
      node['kind'] == 'float' ? Float(value) : value
    end

    def pointer(node, wire, scope, name)
      return 0 if wire.nil?
      return sequence(node, wire, wire.size, scope, name) if wire.is_a?(Array)

      key, body = wire.first
      case key
      when '$bytes' then sequence(node, wire, body.size / 2 / @types.size(node['to']), scope, name)
      when '$out' then out(node, wire, scope, name)
      when '$text' then text(node, body, scope, name)
      when '$address' then scope.play.memory.supply(Integer(body, 16))
      when '$at' then scope.fetch(body).address + (wire['offset'] || 0).to_i
      when '$callback' then @make_callback.call(body, name, scope).address
      else raise ArgumentError, "no value for a pointer: #{JSON.generate(wire)}"
      end
    end

    def allocate(node, size, scope, name)
      region = scope.play.memory.allocate(size, name)
      scope.given&.add(region, node['const'])
      region
    end

    def sequence(node, wires, count, scope, name)
      region = allocate(node, count * @types.size(node['to']), scope, name)
      store_sequence(node['to'], region.address, wires, scope, name)
      region.address
    end

    def out(node, wire, scope, name)
      region = allocate(node, @references.count(wire['$out'], scope) * @types.size(node['to']), scope, name)
      region.fill
      store_sequence(node['to'], region.address, wire['from'], scope, name) if wire['from']
      region.address
    end

    def text(node, digits, scope, name)
      bytes = "#{hex(digits)}\0"
      region = allocate(node, bytes.bytesize, scope, name)
      Raw.write(region.address, bytes)
      region.address
    end

    def copy(node, address, wire, scope)
      value = @references.resolve(wire, scope)
      if @types.cell(node)
        write_cell(node, address, @references.scalar(value))
      else
        Raw.write(address, Raw.read(value.address, @types.size(node)))
      end
    end

    # Scalars go through Fiddle's own accessors; what is nested has its own.
    def store_fields(aggregate, address, wire, scope, name)
      entity = aggregate.entity(address)
      wire.each do |key, value|
        field = aggregate.fields.fetch(key) { raise ArgumentError, "no field #{key.inspect} in #{name}" }
        store_field(entity, field, address, scope.slot(value), scope, "#{name}.#{key}")
      end
    end

    def store_field(entity, field, address, wire, scope, name)
      if !@types.leaf(field.node) || (wire.is_a?(Hash) && wire.key?('$ref'))
        store(field.node, address + field.offset, wire, scope, name)
      else
        values = natives(field.node, wire, scope, name)
        Refusal.ffi('call') { entity[field.name] = values }
      end
    end

    # What an accessor takes: a number, or the numbers of an array in one list.
    def natives(node, wire, scope, name)
      return number(native(node, wire, scope, name)) unless node['kind'] == 'array'
      return hex(raw(wire)).unpack(node['of']['signed'] ? 'c*' : 'C*') if wire.is_a?(Hash)

      wire.flat_map { |each| natives(node['of'], each, scope, name) }
    end

    def number(value)
      case value
      when true then 1
      when false then 0
      else value
      end
    end

    def store_union(node, address, wire, scope, name)
      aggregate = @types.aggregate(node)
      Raw.write(address, "\0" * aggregate.size)
      return Raw.write(address, hex(wire['$bytes'])) if wire.key?('$bytes')

      store_fields(aggregate, address, wire, scope, name)
    end

    def store_tagged(node, address, wire, scope, name)
      Raw.write(address, "\0" * @types.size(node))
      key, fields = wire.first
      variant = @types.variant(node) { |each| each['name'] == key }
      tag = @types.declaration(node['ref'])['tag']
      write_cell(tag, address, integer(variant ? variant['value'] : wire))
      payload = variant && @types.payload(node, variant)
      return unless payload

      store_fields(@types.aggregate(payload.node), address + payload.offset, fields, scope, name)
    end
  end
end
