# frozen_string_literal: true

# Wire values to native values and memory (Values), and back to journal text (Observer).

require 'fiddle'
require 'json'
require_relative 'memory'

module Abide
  # Native values, from the wire and from memory.
  class Values
    def initialize(types, &make_callback)
      @types = types
      @places = Places.new(types)
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
      when 'array' then store_array(node, address, wire, scope, name)
      when 'struct' then store_fields(@types.aggregate(node), address, wire, scope, name)
      when 'union' then store_union(node, address, wire, scope, name)
      when 'tagged' then store_tagged(node, address, wire, scope, name)
      else write_cell(node, address, native(node, wire, scope, name))
      end
    end

    # `$out`, text and sequences: new memory, given to the call that is being made.
    def allocate(node, size, scope, name)
      region = scope.play.memory.allocate(size, name)
      scope.given&.add(region, node['const'])
      region
    end

    # Fills memory by the rule of `$out`: the pattern, then what goes in.
    def fill(region, node, wire, scope, name)
      region.fill
      store_sequence(node, region.address, wire['from'], scope, name) if wire['from']
    end

    def store_sequence(node, address, wires, scope, name)
      return Raw.write(address, hex(wires['$bytes'])) if wires.is_a?(Hash)

      size = @types.size(node)
      wires.each_with_index do |wire, index|
        store(node, address + (index * size), wire, scope, wires.size == 1 ? name : "#{name}.#{index}")
      end
    end

    private

    def integer(wire)
      Integer(wire.is_a?(Hash) ? wire.fetch('$raw') : wire, 10)
    end

    def float(wire, size)
      size == 4 ? [wire].pack('H8').unpack1('g') : [wire].pack('H16').unpack1('G')
    end

    def hex(digits)
      [digits].pack('H*')
    end

    def write_cell(node, address, value)
      Raw.write(address, [number(value)].pack(@types.cell(node).directive))
    end

    def referred(node, wire, scope)
      value = @places.scalar(@places.resolve(wire, scope))
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
      when '$callback' then @make_callback.call(body, node, scope, name).address
      else raise ArgumentError, "no value for a pointer: #{JSON.generate(wire)}"
      end
    end

    def sequence(node, wires, count, scope, name)
      region = allocate(node, count * @types.size(node['to']), scope, name)
      store_sequence(node['to'], region.address, wires, scope, name)
      region.address
    end

    def out(node, wire, scope, name)
      region = allocate(node, @places.count(wire['$out'], scope) * @types.size(node['to']), scope, name)
      fill(region, node['to'], wire, scope, name)
      region.address
    end

    def text(node, digits, scope, name)
      bytes = "#{hex(digits)}\0"
      region = allocate(node, bytes.bytesize, scope, name)
      Raw.write(region.address, bytes)
      region.address
    end

    def copy(node, address, wire, scope)
      value = @places.resolve(wire, scope)
      if @types.cell(node)
        write_cell(node, address, @places.scalar(value))
      else
        Raw.write(address, Raw.read(value.address, @types.size(node)))
      end
    end

    def store_array(node, address, wire, scope, name)
      return store_sequence(node['of'], address, wire, scope, name) unless wire.is_a?(Array)

      size = @types.size(node['of'])
      wire.each_with_index { |each, index| store(node['of'], address + (index * size), each, scope, "#{name}.#{index}") }
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
        entity[field.name] = natives(field.node, wire, scope, name)
      end
    end

    # What an accessor takes: a number, or the numbers of an array in one list.
    def natives(node, wire, scope, name)
      return number(native(node, wire, scope, name)) unless node['kind'] == 'array'
      return hex(wire['$bytes']).unpack(node['of']['signed'] ? 'c*' : 'C*') if wire.is_a?(Hash)

      wire.each_with_index.flat_map { |each, index| natives(node['of'], each, scope, "#{name}.#{index}") }
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
      write_cell(@types.declaration(node['ref'])['tag'], address, variant ? Integer(variant['value'], 10) : integer(wire))
      payload = variant && @types.payload(node, variant)
      return unless payload

      store_fields(@types.aggregate(payload.node), address + payload.offset, fields, scope, name)
    end

  end

  # Journal text of native values and memory.
  class Observer
    UNTOUCHED = '{"$untouched":true}'

    def initialize(types)
      @types = types
      @places = Places.new(types)
    end

    # A scalar as it was returned or passed.
    def show(node, value, read, scope)
      case node['kind']
      when 'int', 'enum' then %("#{value}")
      when 'float' then float(value, node['size'])
      when 'bool' then (value == true || (value.is_a?(Integer) && value != 0)).to_s
      when 'pointer', 'callback' then pointer(node, value, read, scope)
      else raise ArgumentError, "a #{node['kind']} is no scalar"
      end
    end

    # What stands at an address.
    def show_at(node, address, read, scope)
      return UNTOUCHED if scope.play.memory.untouched?(address, @types.size(node))

      case node['kind']
      when 'array' then sequence(node['of'], address, node['length'], read && read['elements'], scope)
      when 'struct' then struct(node, address, read ? read['fields'] : {}, scope)
      when 'union' then union(node, address, read, scope)
      when 'tagged' then tagged(node, address, read, scope)
      else show(node, @places.load(node, address), read, scope)
      end
    end

    def show_place(value, read, scope)
      case value
      when Value then show(value.node, value.native, read, scope)
      else show_at(value.node, value.address, read, scope)
      end
    end

    private

    def float(value, size)
      size == 4 ? %("#{[value].pack('g').unpack1('H8')}") : %("#{[value].pack('G').unpack1('H16')}")
    end

    def pointer(node, address, read, scope)
      return scope.play.memory.symbol(address) unless read
      return 'null' if address.zero?

      scope.about_to_read unless scope.play.memory.region_at(address)
      return text(address, scope) if read['text']
      return %({"$utf16":"#{Raw.utf16(address).pack('n*').unpack1('H*')}"}) if read['utf16']

      sequence(node['to'], address, @places.count(read['items'], scope), read['each'], scope)
    end

    def text(address, scope)
      region = scope.play.memory.region_at(address)
      return UNTOUCHED if region && scope.play.memory.untouched?(address, region.address + region.size - address)

      %({"$text":"#{Raw.text(address).unpack1('H*')}"})
    end

    def sequence(node, address, count, each, scope)
      size = @types.size(node)
      return UNTOUCHED if scope.play.memory.untouched?(address, count * size)
      return bytes(Raw.read(address, count)) if @types.byte?(node)

      "[#{Array.new(count) { |index| show_at(node, address + (index * size), each, scope) }.join(',')}]"
    end

    def bytes(data)
      %({"$bytes":"#{data.unpack1('H*')}"})
    end

    # Scalars are read by Fiddle's own accessors.
    def struct(node, address, reads, scope)
      aggregate = @types.aggregate(node)
      entity = aggregate.entity(address)
      shown = aggregate.fields.each_value.map do |field|
        read = reads && reads[field.name]
        "#{JSON.generate(field.name)}:#{field(entity, field, address + field.offset, read, scope)}"
      end
      "{#{shown.join(',')}}"
    end

    def field(entity, field, address, read, scope)
      node = field.node
      array = node['kind'] == 'array' && @types.cell(node['of'])
      return show_at(node, address, read, scope) unless array || @types.cell(node)
      return UNTOUCHED if scope.play.memory.untouched?(address, @types.size(node))
      return show(node, number(entity[field.name]), read, scope) unless array

      elements(node, address, entity[field.name], read && read['elements'], scope)
    end

    def elements(node, address, values, read, scope)
      return bytes(values.pack('c*')) if @types.byte?(node['of'])

      size = @types.size(node['of'])
      shown = values.each_with_index.map do |value, index|
        untouched = scope.play.memory.untouched?(address + (index * size), size)
        untouched ? UNTOUCHED : show(node['of'], number(value), read, scope)
      end
      "[#{shown.join(',')}]"
    end

    def number(value)
      value.is_a?(Fiddle::Pointer) ? value.to_i & Memory::ADDRESS_MASK : value
    end

    def union(node, address, read, scope)
      aggregate = @types.aggregate(node)
      return bytes(Raw.read(address, aggregate.size)) unless read

      member = read['member']
      field = aggregate.fields.fetch(member)
      "{#{JSON.generate(member)}:#{field(aggregate.entity(address), field, address, read['read'], scope)}}"
    end

    def tagged(node, address, read, scope)
      tag = @places.load(@types.declaration(node['ref'])['tag'], address)
      variant = @types.variant(node) { |each| Integer(each['value'], 10) == tag }
      return %({"$raw":"#{tag}"}) unless variant

      payload = @types.payload(node, variant)
      "{#{JSON.generate(variant['name'])}:#{payload ? payload(payload, address, read, scope) : '{}'}}"
    end

    # With form `structs` the payload's struct begins with the tag, which is no field.
    def payload(field, address, read, scope)
      shown = struct(field.node, address + field.offset, read ? read['fields'] : {}, scope)
      shown.sub(/\A\{"tag__":"-?\d+",?/, '{')
    end
  end
end
