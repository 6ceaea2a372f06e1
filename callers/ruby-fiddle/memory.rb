# frozen_string_literal: true

# Memory that the driver owns: guards, fill pattern, snapshots, and symbolic names of addresses.

require 'fiddle'
require 'json'

module Abide
  # Bytes at an address, through Fiddle::Pointer.
  module Raw
    module_function

    def read(address, length)
      length.zero? ? ''.b : Fiddle::Pointer.new(address)[0, length]
    end

    def write(address, bytes)
      Fiddle::Pointer.new(address)[0, bytes.bytesize] = bytes unless bytes.empty?
    end

    def text(address)
      Fiddle::Pointer.new(address).to_s
    end

    def utf16(address)
      pointer = Fiddle::Pointer.new(address)
      units = []
      until (unit = pointer[units.size * 2, 2].unpack1('S')).zero?
        units << unit
      end
      units
    end
  end

  # One allocation: 32 guard bytes, the data, 32 guard bytes.
  class Region
    GUARD = 32
    ALIGNMENT = 16
    FRONT = ("\xC9".b * GUARD).freeze
    BEHIND = ("\x9C".b * GUARD).freeze
    PATTERN = Array.new(256) { |index| 0xA5 ^ index }.pack('C*').freeze

    attr_reader :address, :size, :name
    attr_accessor :patterned, :snapshot, :inner

    def initialize(size, name, named)
      @size = size
      @name = name
      @named = named
      @inner = []
      @block = Fiddle::Pointer.malloc((GUARD * 2) + ALIGNMENT + size + 1)
      @address = @block.to_i + GUARD
      @address += -@address % ALIGNMENT
      # The NUL at the very end stops whoever reads text beyond the guard.
      Raw.write(@address - GUARD, "#{FRONT}#{"\0" * size}#{BEHIND}\0")
    end

    # Named memory outlives the call it is given to, so its snapshot does not.
    def named?
      @named
    end

    def bytes(offset = 0, length = size)
      Raw.read(@address + offset, length)
    end

    def fill
      @patterned = true
      Raw.write(@address, pattern(0, size))
    end

    def pattern(offset, length)
      start = offset & 0xff
      (PATTERN * (((start + length) / 256) + 1))[start, length]
    end

    def untouched?(offset, length)
      length.positive? && offset + length <= size && bytes(offset, length) == pattern(offset, length)
    end

    # What was written where nothing may be, as journal text; mended, so that it is told once.
    def damage(before = snapshot)
      found = [differs('front', FRONT, -GUARD), differs('behind', BEHIND, size)]
      if before
        found << differs('const', before, 0)
        self.snapshot = bytes if snapshot && found.last
      end
      found.compact
    end

    def free
      Fiddle.free(@block.to_i)
    end

    private

    def differs(where, expected, start)
      found = bytes(start, expected.bytesize)
      return if expected == found

      Raw.write(address + start, expected) unless where == 'const'
      at = (0...expected.bytesize).find { |index| expected.getbyte(index) != found.getbyte(index) }
      wanted, seen = [expected, found].map { |each| each.byteslice(at, 16).unpack1('H*') }
      %({"memory":#{JSON.generate(name)},"where":"#{where}","offset":#{start + at},) +
        %("expected":"#{wanted}","found":"#{seen}"})
    end
  end

  # The memory and the known addresses of one play of a case.
  class Memory
    ADDRESS_MASK = (1 << (Fiddle::SIZEOF_VOIDP * 8)) - 1

    def initialize
      @regions = {}
      @starts = []
      @supplied = {}
      @callbacks = {}
      @unknown = {}
      @kept = []
    end

    def allocate(size, name, named: false)
      region = Region.new(size, name, named)
      index = @starts.bsearch_index { |start| start > region.address } || @starts.size
      @starts.insert(index, region.address)
      @regions[region.address] = region
    end

    # Keeps a native string alive until the case ends.
    def keep(object)
      @kept << object
      object
    end

    def supply(address)
      @supplied[address] = true
      address
    end

    def know_callback(address, name)
      @callbacks[address] = name
    end

    # The region an address lies in; one past its end belongs to it.
    def region_at(address)
      return if @starts.empty?

      index = @starts.bsearch_index { |start| start > address } || @starts.size
      return if index.zero?

      region = @regions[@starts[index - 1]]
      region if address <= region.address + region.size
    end

    def untouched?(address, length)
      region = region_at(address)
      region&.patterned && region.untouched?(address - region.address, length)
    end

    # An address as the journal shows it: the same in every run.
    def symbol(address)
      return 'null' if address.zero?
      return %({"$address":"0x#{address.to_s(16)}"}) if @supplied.key?(address)

      region = region_at(address)
      return place(region, address - region.address) if region

      name = @callbacks[address]
      return %({"$callback":#{JSON.generate(name)}}) if name

      %({"$pointer":#{@unknown[address] ||= @unknown.size}})
    end

    def damage
      @regions.each_value.flat_map(&:damage)
    end

    def free
      @regions.each_value(&:free)
      @regions = {}
      @starts = []
    end

    private

    def place(region, offset)
      suffix = offset.zero? ? '' : %(,"offset":#{offset})
      %({"$at":#{JSON.generate(region.name)}#{suffix}})
    end
  end

  # The memory given to one call, and which of it the callee may only read.
  class Given
    def initialize(memory)
      @memory = memory
      @regions = {}
      @named = {}
    end

    # What is writable through one pointer is writable, whatever another one says.
    def add(region, constant)
      @regions[region] = @regions.fetch(region, true) && constant
      region.inner.each { |nested| @regions[nested] = false unless @regions.key?(nested) }
    end

    def add_address(address, constant)
      region = @memory.region_at(address)
      add(region, constant) if region
    end

    # Named memory may change between calls: its snapshot ends with this one.
    def snapshot
      @regions.each do |region, constant|
        next unless constant

        region.named? ? @named[region] = region.bytes : region.snapshot ||= region.bytes
      end
      @regions.keys
    end

    def damage
      @regions.each_key.flat_map { |region| region.damage(@named[region] || region.snapshot) }
    end
  end

  # What a name in a plan stands for: a scalar, or a place in memory.
  Value = Struct.new(:node, :native)
  Place = Struct.new(:node, :address)

  # The way from a reference to what it stands for.
  class Places
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
      return Place.new(node['of'], value.address + (Integer(part) * @types.size(node['of']))) if node['kind'] == 'array'

      field = node['kind'] == 'tagged' ? @types.payload(node, @types.variant(node) { |each| each['name'] == part }) : nil
      field ||= @types.aggregate(node).fields.fetch(part) { raise ArgumentError, "nothing is called #{part.inspect}" }
      Place.new(field.node, value.address + field.offset)
    end

    def into_pointer(value, part)
      to = value.node['to']
      address = scalar(value)
      return Place.new(to, address + (Integer(part) * @types.size(to))) if part.match?(/\A\d+\z/)

      into(Place.new(to, address), part)
    end
  end
end
