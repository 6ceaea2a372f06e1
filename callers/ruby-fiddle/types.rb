# frozen_string_literal: true

# Plan types as Fiddle's own types: constants for scalars, CStruct and CUnion classes for the rest.

require 'fiddle'
require 'fiddle/struct'
require 'json'

module Abide
  # What the FFI refuses in its own words (`by: ffi`), or what it has no API for (`by: driver`).
  class Refusal < StandardError
    attr_reader :by, :stage

    def initialize(by, stage, why)
      super(why)
      @by = by
      @stage = stage
    end

    # The words of an exception that Fiddle raised.
    def self.words(error)
      message = error.message.dup.force_encoding(Encoding::UTF_8).scrub
      "#{error.class}: #{message}"
    end

    def self.ffi(stage)
      yield
    rescue Refusal
      raise
    rescue StandardError => e
      raise new('ffi', stage, words(e))
    end
  end

  # A scalar in memory: Fiddle's type, its size and its directive for String#unpack.
  Cell = Struct.new(:ctype, :size, :directive)

  # A struct or union as Fiddle built it.
  Aggregate = Struct.new(:klass, :size, :fields) do
    # Fiddle's typed access to one at an address.
    def entity(address)
      klass.new(address).to_ptr
    end
  end
  Field = Struct.new(:name, :node, :offset)

  # The types of a plan.
  class Types
    INTS = {
      'i8' => Fiddle::TYPE_CHAR, 'i16' => Fiddle::TYPE_SHORT, 'i32' => Fiddle::TYPE_INT,
      'i64' => Fiddle::TYPE_LONG_LONG, 'isize' => Fiddle::TYPE_SSIZE_T,
      'u8' => Fiddle::TYPE_CHAR, 'u16' => Fiddle::TYPE_SHORT, 'u32' => Fiddle::TYPE_INT,
      'u64' => Fiddle::TYPE_LONG_LONG, 'usize' => Fiddle::TYPE_SIZE_T,
      'c_char' => Fiddle::TYPE_CHAR, 'c_schar' => Fiddle::TYPE_CHAR, 'c_uchar' => Fiddle::TYPE_CHAR,
      'c_short' => Fiddle::TYPE_SHORT, 'c_ushort' => Fiddle::TYPE_SHORT,
      'c_int' => Fiddle::TYPE_INT, 'c_uint' => Fiddle::TYPE_INT,
      'c_long' => Fiddle::TYPE_LONG, 'c_ulong' => Fiddle::TYPE_LONG,
      'c_longlong' => Fiddle::TYPE_LONG_LONG, 'c_ulonglong' => Fiddle::TYPE_LONG_LONG
    }.freeze
    HAS_BOOL = Fiddle.const_defined?(:TYPE_BOOL)
    BOOL = HAS_BOOL ? Fiddle::TYPE_BOOL : -Fiddle::TYPE_CHAR
    TEXT = Fiddle.const_defined?(:TYPE_CONST_STRING) ? Fiddle::TYPE_CONST_STRING : Fiddle::TYPE_VOIDP
    AGGREGATES = %w[struct union tagged].freeze

    # A boolean as Fiddle takes it: older ones have no such type.
    def self.bool(value)
      return value if HAS_BOOL || value.is_a?(Integer)

      value ? 1 : 0
    end

    # `on_layout` gets the name and the layout of each struct and union when it is built.
    def initialize(declarations, &on_layout)
      @declarations = declarations
      @on_layout = on_layout
      @aggregates = {}
      @cells = {}
    end

    def declaration(name)
      @declarations.fetch(name) { raise ArgumentError, "the plan declares no type #{name.inspect}" }
    end

    def function(address, params, returns, texts = nil)
      types = params.each_with_index.map { |param, index| texts && texts[index] ? TEXT : ctype(param['type']) }
      returned = ctype(returns)
      Refusal.ffi('bind') { Fiddle::Function.new(address, types, returned) }
    end

    def closure(declaration, &block)
      types = declaration['params'].map { |param| ctype(param['type']) }
      returned = ctype(declaration['returns'])
      Refusal.ffi('bind') { Fiddle::Closure::BlockCaller.new(returned, types, &block) }
    end

    # The type as an argument or a returned value: an aggregate's class is what Fiddle then refuses.
    def ctype(node)
      case node['kind']
      when 'bool' then BOOL
      when 'void' then Fiddle::TYPE_VOID
      when *AGGREGATES then aggregate(node).klass
      else cell(node).ctype
      end
    end

    def aggregate?(node)
      AGGREGATES.include?(node['kind'])
    end

    # True where a list of such pointees goes over the wire as bytes.
    def byte?(node)
      node['kind'] == 'void' || (node['kind'] == 'int' && node['size'] == 1)
    end

    # A scalar in memory; nil for aggregates, arrays and what has no size.
    def cell(node)
      case node['kind']
      when 'int' then @cells[[node['name'], node['signed']]] ||= integer(node)
      when 'float' then make_cell(node['size'] == 4 ? Fiddle::TYPE_FLOAT : Fiddle::TYPE_DOUBLE)
      when 'bool' then make_cell(-Fiddle::TYPE_CHAR)
      when 'pointer', 'callback' then make_cell(Fiddle::TYPE_VOIDP)
      when 'enum' then cell(declaration(node['ref'])['repr'])
      end
    end

    def size(node)
      case node['kind']
      when 'void', 'opaque' then 1
      when 'array' then node['length'] * size(node['of'])
      when *AGGREGATES then aggregate(node).size
      else cell(node).size
      end
    end

    def aggregate(node)
      name = node['ref']
      @aggregates[name] ||= begin
        declared = declaration(name)
        declared['kind'] == 'tagged' ? aggregate(declared['layout']) : build(name, declared)
      end
    end

    # The scalar of a scalar or of an array of scalars; nil where an aggregate is inside.
    def leaf(node)
      inner = innermost(node)
      inner unless aggregate?(inner)
    end

    def variant(node)
      declaration(node['ref'])['variants'].find { |variant| yield variant }
    end

    # Where a variant's fields lie: nil for a variant without any.
    def payload(node, variant)
      return if variant['fields'].empty?

      declared = declaration(node['ref'])
      fields = aggregate(node).fields
      return fields.fetch(variant['name']) if declared['form'] == 'structs'

      union = fields.fetch('payload__')
      member = aggregate(union.node).fields.fetch(variant['name'])
      Field.new(member.name, member.node, union.offset + member.offset)
    end

    # Builds what stands behind pointers too, so that no layout is told inside a call.
    def touch(node, seen = {})
      case node['kind']
      when 'pointer' then touch(node['to'], seen)
      when 'array' then touch(node['of'], seen)
      when 'callback' then touch_callback(node, seen)
      when *AGGREGATES then touch_aggregate(node, seen)
      end
    end

    private

    def touch_aggregate(node, seen)
      return if seen.key?(node['ref'])

      seen[node['ref']] = true
      aggregate(node).fields.each_value { |field| touch(field.node, seen) }
    rescue Refusal
      nil # it matters to the step that uses the type
    end

    def touch_callback(node, seen)
      return if seen.key?(node['ref'])

      seen[node['ref']] = true
      declared = declaration(node['ref'])
      declared['params'].each { |param| touch(param['type'], seen) }
      touch(declared['returns'], seen)
    end

    def integer(node)
      base = INTS.fetch(node['name']) do
        raise Refusal.new('driver', 'bind', "Fiddle has no type of #{node['size'] * 8} bits (#{node['name']})")
      end
      make_cell(node['signed'] ? base.abs : -base.abs)
    end

    def make_cell(ctype)
      @cells[ctype] ||= begin
        directive = Fiddle::PackInfo::PACK_MAP.fetch(ctype)
        unsigned = ctype.negative? || ctype == Fiddle::TYPE_VOIDP
        Cell.new(ctype, Fiddle::PackInfo::SIZE_MAP.fetch(ctype), unsigned ? directive.upcase : directive)
      end
    end

    def build(name, declared)
      refuse_layout(name, declared)
      union = declared['kind'] == 'union'
      listed = declared['fields'] || declared['members']
      klass = create(union ? Fiddle::CUnion : Fiddle::CStruct, listed)
      fields = offsets(klass, listed).to_h { |field| [field.name, field] }
      align = klass.respond_to?(:alignment) ? { align: klass.alignment } : {}
      @on_layout.call(name, { size: klass.size, **align, offsets: fields.transform_values(&:offset) })
      Aggregate.new(klass, klass.size, fields)
    end

    # Fiddle 1.0 keeps the offsets to itself.
    def offsets(klass, listed)
      kept = klass.new(0).to_ptr.instance_variable_get(:@offset) unless klass.respond_to?(:offsetof)
      listed.each_with_index.map do |field, index|
        Field.new(field['name'], field['type'], kept ? kept[index] : klass.offsetof(field['name']))
      end
    end

    def create(base, listed)
      types = listed.map { |field| member_type(field['type']) }
      names = listed.map { |field| aggregate?(innermost(field['type'])) ? [field['name'], []] : field['name'] }
      Refusal.ffi('bind') { Fiddle::CStructBuilder.create(base, types, names) }
    end

    def refuse_layout(name, declared)
      %w[packed align].each do |attribute|
        next unless declared[attribute]

        why = "Fiddle::CStructBuilder cannot say `#{attribute}(#{declared[attribute]})` (#{name})"
        raise Refusal.new('driver', 'bind', why)
      end
    end

    # Fiddle's arrays have one dimension; C lays several out as one.
    def member_type(node)
      leaf = innermost(node)
      type = aggregate?(leaf) ? aggregate(leaf).klass : cell(leaf).ctype
      node['kind'] == 'array' ? [type, size(node) / size(leaf)] : type
    end

    def innermost(node)
      node = node['of'] while node['kind'] == 'array'
      node
    end
  end
end
