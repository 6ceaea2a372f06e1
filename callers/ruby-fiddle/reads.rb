# frozen_string_literal: true

# Native values and memory to journal text.

require 'fiddle'
require 'json'
require_relative 'memory'
require_relative 'references'
require_relative 'types'

module Abide
  # Journal text of native values and memory.
  class Reader
    UNTOUCHED = '{"$untouched":true}'

    def initialize(types)
      @types = types
      @references = References.new(types)
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
      else show(node, @references.load(node, address), read, scope)
      end
    end

    def show_place(value, read, scope)
      case value
      when Value then show(value.node, value.native, read, scope)
      else show_at(value.node, value.address, read, scope)
      end
    end

    private

    # By its bits: Array#pack makes every 32-bit NaN the same one.
    def float(value, size)
      return %("#{[value].pack('G').unpack1('H16')}") if size == 8
      return %("#{[value].pack('g').unpack1('H8')}") unless value.nan?

      bits = [value].pack('D').unpack1('Q')
      %("#{format('%08x', ((bits >> 63) << 31) | (0xff << 23) | ((bits >> 29) & 0x7fffff))}")
    end

    def pointer(node, address, read, scope)
      return scope.play.memory.symbol(address) unless read
      return 'null' if address.zero?

      scope.about_to_read unless scope.play.memory.region_at(address)
      return text(address, scope) if read['text']
      return %({"$utf16":"#{Raw.utf16(address).pack('n*').unpack1('H*')}"}) if read['utf16']

      sequence(node['to'], address, @references.count(read['items'], scope), read['each'], scope)
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

      values = Refusal.ffi('call') { entity[field.name] }
      return show(node, number(values), read, scope) unless array

      elements(node, address, values, read && read['elements'], scope)
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
      tag = @references.load(@types.declaration(node['ref'])['tag'], address)
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
