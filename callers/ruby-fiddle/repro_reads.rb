# frozen_string_literal: true

require_relative 'repro_text'
require_relative 'repro_values'

module Abide
  module Repro
    # What a plan says to read, as expressions of the program.
    class Reads
      UNTOUCHED = Shown.text('untouched')
      NULL = Shown.text('null')
      LOOPS = %w[i j k l m n].freeze

      def initialize(program, values)
        @program = program
        @types = program.types
        @natives = program.natives
        @values = values
        @depth = 0
      end

      # What was bound, passed or returned.
      def show(found, read, scope)
        return at(found, read, scope) if found.is_a?(Place)

        case found.node['kind']
        when 'pointer', 'callback' then pointer(found, read, scope)
        when 'float' then Shown.code("#{@program.need(found.node['size'] == 4 ? :f32 : :f64)}(#{found.code})")
        else Shown.code(found.code)
        end
      end

      # What stands in memory.
      def at(place, read, scope)
        known(place, @natives.size(place.node)) { within(place, read, scope) }
      end

      # What a pointer with a known target points at.
      def target(place, read, scope)
        return Shown.text('pointer') unless read
        return text(place) if read['text']
        return Shown.code("#{@program.need(:utf16)}(#{place.pointer})") if read['utf16']

        count = count(read['items'], scope)
        known(place, times(count, @natives.size(place.node))) { sequence(place, count, read['each'], scope) }
      end

      private

      def within(place, read, scope)
        case place.node['kind']
        when 'array' then sequence(place.at(place.node['of'], 0), place.node['length'], read && read['elements'], scope)
        when 'union' then read ? struct(place, read, scope) : bytes(place.slice(@natives.size(place.node)))
        when 'struct', 'tagged' then struct(place, read, scope)
        else cell(place, read, scope)
        end
      end

      # Memory that was filled with the pattern may still have it.
      def known(place, size)
        return yield unless place.filled
        return yield if size == 0

        Shown.choice(untouched(place, size), UNTOUCHED, yield)
      end

      def untouched(place, size)
        whole = place.offset == 0 && size == place.extent
        "#{@program.need(:untouched?)}(#{place.base}#{", #{place.offset}, #{size}" unless whole})"
      end

      def count(wire, scope)
        return @values.count(wire, scope) unless wire.is_a?(Hash) && wire.key?('$out')

        target = scope.arguments.fetch(wire['$out'])
        target = Place.new(target.node['to'], target.code, 0) if target.is_a?(Scalar)
        @values.load(target)
      end

      def times(count, size)
        return count if size == 1

        count.is_a?(Integer) ? count * size : "#{count} * #{size}"
      end

      def pointer(found, read, scope)
        code = found.code
        null = code.match?(/\A[a-z_]\w*\z/) ? "#{code}.null?" : "#{code}.to_i.zero?"
        return Shown.choice(null, NULL, Shown.text('pointer')) unless read
        return Shown.code("#{@program.need(:text)}(#{code})") if read['text']
        return Shown.code("#{@program.need(:utf16)}(#{code})") if read['utf16']

        Shown.choice(null, NULL, target(Place.new(found.node['to'], code, 0), read, scope))
      end

      def text(place)
        shown = Shown.code("#{@program.need(:text)}(#{place.offset == 0 ? place.base : place.pointer})")
        return shown unless place.filled

        rest = place.extent.is_a?(Integer) && place.offset.is_a?(Integer) ? place.extent - place.offset : nil
        Shown.choice(untouched(place, rest || "#{place.extent} - (#{place.offset})"), UNTOUCHED, shown)
      end

      def bytes(data)
        Shown.code("#{@program.need(:bytes)}(#{data})")
      end

      def cell(place, read, scope)
        return Shown.code(bits(place.slice(place.node['size']), place.node['size'])) if place.node['kind'] == 'float'

        show(Scalar.new(place.node, @values.load(place).sub(/\A\((.*)\)\z/, '\1')), read, scope)
      end

      def bits(data, size)
        "format('0x%0#{size * 2}x', #{data}.unpack1('#{size == 4 ? 'L' : 'Q'}'))"
      end

      # So many pointees or elements; `place` is the first.
      def sequence(place, count, read, scope)
        size = @natives.size(place.node)
        return bytes(place.slice(count)) if @types.byte?(place.node)
        return Shown.text("[#{within(place, read, scope).inline}]") if count == 1 # untouched or not: has been asked

        scalar = @types.cell(place.node) && !read && !place.filled
        return list(place.node, place.slice(times(count, size))) if scalar

        elements(place, count, size, read, scope)
      end

      def list(node, data)
        case node['kind']
        when 'float'
          form = "format('0x%0#{node['size'] * 2}x', bits)"
          mapped("#{data}.unpack('#{node['size'] == 4 ? 'L*' : 'Q*'}')", 'bits', form)
        when 'bool' then mapped("#{data}.unpack('C*')", 'each', 'each != 0')
        when 'pointer', 'callback' then mapped("#{data}.unpack('J*')", 'address', "address.zero? ? 'null' : 'pointer'")
        else numbers("#{data}.unpack('#{@natives.directive(node)}*')")
        end
      end

      # Array#to_s is the form that is wanted.
      def numbers(code)
        Shown.new("#{code}.to_s", "\#{#{code}}")
      end

      def mapped(list, variable, form)
        Shown.text("[\#{#{list}.map { |#{variable}| #{form} }.join(', ')}]")
      end

      def elements(place, count, size, read, scope)
        variable = LOOPS.fetch(@depth)
        @depth += 1
        inner = at(place.at(place.node, "#{variable} * #{size}"), read, scope)
        Shown.text("[\#{Array.new(#{count}) { |#{variable}| #{inner.code} }.join(', ')}]")
      ensure
        @depth -= 1
      end

      # Structs, unions and tagged unions are shown by a function of the program, or by a lambda when it needs a local.
      def struct(place, read, scope)
        name = "show_#{place.node['ref'].gsub(/(?<=[a-z0-9])(?=[A-Z])/, '_').gsub(/\W|__+/, '_').downcase}"
        arguments = "(#{place.base}#{", #{place.offset}" unless place.offset == 0})"
        return Shown.code("#{local(name, place, read, scope)}.call#{arguments}") if local?(read)

        name = @program.show([place.node['ref'], read, place.filled], name) do |found|
          @program.block("def #{found}(memory, offset = 0)") { body(place, read, scope) }
        end
        Shown.code("#{name}#{arguments}")
      end

      def local(name, place, read, scope)
        name = @program.name(name)
        @program.block("#{name} = lambda do |memory, offset = 0|") { body(place, read, scope) }
        name
      end

      def local?(read)
        return read.any? { |key, value| (key == 'items' && value.is_a?(Hash)) || local?(value) } if read.is_a?(Hash)

        false
      end

      def body(place, read, scope)
        depth, @depth = @depth, 0
        here = Place.new(place.node, 'memory', 'offset', nil, place.filled)
        place.node['kind'] == 'tagged' ? tagged(here, read, scope) : fields(here, read, scope)
      ensure
        @depth = depth
      end

      def fields(here, read, scope)
        @program.line("struct = #{@natives.aggregate(here.node)}.new(#{here.pointer[1..-2]})")
        read ||= {}
        reads = read.key?('member') ? { read['member'] => read['read'] } : read['fields'] || {}
        listed = @types.aggregate(here.node).fields.each_value
        listed = listed.select { |field| field.name == read['member'] } if read.key?('member')
        listed = listed.reject { |field| field.name == 'tag__' }
        shown = listed.map { |field| [Text.escape(field.name), field(here, field, reads[field.name], scope).inline] }
        shown = shown.map { |name, inline| "#{name}: #{inline}" }
        @program.line(*joined(Text.wrap('"{', shown, '}"')))
      end

      # A string over several lines.
      def joined(lines)
        return lines if lines.size == 1

        rows = lines[1..-2].map(&:strip)
        rows.each_with_index.map do |row, index|
          last = index == rows.size - 1
          %(#{'  ' if index.positive?}"#{'{' if index.zero?}#{row}#{last ? '}' : ' '}"#{' \\' unless last})
        end
      end

      # Scalars are read by Fiddle's own accessors.
      def field(here, field, read, scope)
        node = field.node
        place = here.at(node, field.offset)
        array = node['kind'] == 'array' && @types.cell(node['of'])
        whole = array ? !place.filled && !(read && read['elements']) : @types.cell(node)
        return at(place, read, scope) unless whole

        code = "struct[#{Text.string(field.name)}]"
        known(place, @natives.size(node)) { array ? entries(node['of'], code) : show(accessed(node, code), read, scope) }
      end

      def accessed(node, code)
        Scalar.new(node, node['kind'] == 'bool' ? "#{code} != 0" : code)
      end

      def entries(node, code)
        return bytes("#{code}.pack('c*')") if @types.byte?(node)
        return numbers(code) if %w[int enum].include?(node['kind'])

        mapped(code, 'each', show(accessed(node, 'each'), nil, nil).code)
      end

      def tagged(here, read, scope)
        declared = @types.declaration(here.node['ref'])
        tag = here.at(declared['tag'], 0)
        shown = declared['variants'].map { |each| "when #{each['value']} then #{payload(here, each, read, scope).code}" }
        @program.line("case tag = #{@values.load(tag)}", *shown, 'else "{$raw: #{tag}}"', 'end')
      end

      def payload(here, variant, read, scope)
        payload = @types.payload(here.node, variant)
        name = Text.escape(variant['name'])
        return Shown.text("{#{name}: {}}") unless payload

        known = (read && read['fields']) || {}
        known = known.slice(*variant['fields'].map { |field| field['name'] })
        known = known.empty? ? nil : { 'fields' => known }
        Shown.text("{#{name}: #{struct(here.at(payload.node, payload.offset), known, scope).inline}}")
      end
    end
  end
end
