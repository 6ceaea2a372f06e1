# frozen_string_literal: true

require_relative 'repro_text'
require_relative 'types'

module Abide
  module Repro
    # Plan types as the program writes them: Fiddle's constants, and constants of its own for structs.
    class Natives
      CONSTANTS = {
        Fiddle::TYPE_CHAR => 'TYPE_CHAR', Fiddle::TYPE_SHORT => 'TYPE_SHORT', Fiddle::TYPE_INT => 'TYPE_INT',
        Fiddle::TYPE_LONG_LONG => 'TYPE_LONG_LONG'
      }.freeze
      DIRECTIVES = { 1 => 'c', 2 => 's', 4 => 'l', 8 => 'q' }.freeze

      def initialize(program)
        @program = program
        @aggregates = {}
      end

      # A type as Fiddle takes it; what it has no type for is refused here in the driver's words.
      def type(node)
        @program.types.ctype(node)
        case node['kind']
        when 'void' then 'TYPE_VOID'
        when 'bool' then Types::HAS_BOOL ? 'TYPE_BOOL' : '-TYPE_CHAR'
        when *Types::AGGREGATES then aggregate(node)
        else scalar(node)
        end
      end

      def size(node)
        @program.types.size(node)
      end

      # The directive of String#unpack.
      def directive(node)
        case node['kind']
        when 'float' then node['size'] == 4 ? 'f' : 'd'
        when 'bool' then 'C'
        when 'enum' then directive(repr(node))
        when 'int' then node['signed'] ? DIRECTIVES.fetch(size(node)) : DIRECTIVES.fetch(size(node)).upcase
        else 'J'
        end
      end

      # The class of a struct or union, declared when it is first used.
      def aggregate(node)
        declared = @program.types.declaration(node['ref'])
        return aggregate(declared['layout']) if declared['kind'] == 'tagged'

        @aggregates[node['ref']] ||= declare(node, declared)
      end

      private

      def repr(node)
        @program.types.declaration(node['ref'])['repr']
      end

      def scalar(node)
        case node['kind']
        when 'enum' then scalar(repr(node))
        when 'float' then node['size'] == 4 ? 'TYPE_FLOAT' : 'TYPE_DOUBLE'
        when 'int' then integer(node)
        else 'TYPE_VOIDP'
        end
      end

      def integer(node)
        case node['name']
        when 'usize' then return 'TYPE_SIZE_T'
        when 'isize' then return 'TYPE_SSIZE_T'
        when 'c_long', 'c_ulong' then name = 'TYPE_LONG'
        else name = CONSTANTS.fetch(Types::INTS.fetch(node['name']))
        end
        "#{'-' unless node['signed']}#{name}"
      end

      def declare(node, declared)
        @program.types.aggregate(node)
        listed = declared['fields'] || declared['members']
        types = listed.map { |field| member(field['type']) }
        names = listed.map { |field| member_name(field) }
        constant = @program.constant(node['ref'])
        base = declared['kind'] == 'union' ? 'CUnion' : 'CStruct'
        @program.declare(*builder(constant, base, types, names))
        constant
      end

      def builder(constant, base, types, names)
        head = "#{constant} = CStructBuilder.create("
        plain = names.all? { |name| name.match?(/\A'\w+'\z/) }
        lists = ["[#{types.join(', ')}]", plain ? "%w[#{names.join(' ').delete("'")}]" : "[#{names.join(', ')}]"]
        line = "#{head}#{base}, #{lists.join(', ')})"
        return [line] if line.size <= Text::WIDTH

        types = Text.wrap('[', types, '],').map { |each| "  #{each}" }
        names = Text.wrap('[', names, ']').map { |each| "  #{each}" }
        [head, "  #{base},", *types, *names, ')']
      end

      # Fiddle's arrays have one dimension.
      def member(node)
        inner = innermost(node)
        node['kind'] == 'array' ? "[#{type_in_memory(inner)}, #{size(node) / size(inner)}]" : type_in_memory(inner)
      end

      def type_in_memory(node)
        node['kind'] == 'bool' ? '-TYPE_CHAR' : type(node)
      end

      def member_name(field)
        name = Text.string(field['name'])
        @program.types.aggregate?(innermost(field['type'])) ? "[#{name}, []]" : name
      end

      def innermost(node)
        node = node['of'] while node['kind'] == 'array'
        node
      end
    end
  end
end
