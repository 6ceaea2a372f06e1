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
      @lock = Mutex.new
    end

    def allocate(size, name, named: false)
      region = Region.new(size, name, named)
      @lock.synchronize do
        index = @starts.bsearch_index { |start| start > region.address } || @starts.size
        @starts.insert(index, region.address)
        @regions[region.address] = region
      end
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

      number = @lock.synchronize { @unknown[address] ||= @unknown.size }
      %({"$pointer":#{number}})
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
end
