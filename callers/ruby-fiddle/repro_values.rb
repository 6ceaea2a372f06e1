# frozen_string_literal: true

require 'json'
require_relative 'repro_places'
require_relative 'repro_text'
require_relative 'types'

module Abide
  module Repro
    # Wire values as expressions of the program; memory that they need is made in lines of its own.
    class Values
      # The block makes a callback and gives its variable.
      def initialize(program, &make_callback)
        @program = program
        @types = program.types
        @natives = program.natives
        @make_callback = make_callback
      end

      # A scalar as an argument or as what a callback returns.
      def argument(node, wire, scope, name)
        return pointer(node, wire, scope, name) if %w[pointer callback].include?(node['kind'])

        Handed.new(node['kind'] == 'bool' && Types::HAS_BOOL ? bool(wire, scope) : number(node, wire, scope))
      end

      # A string of bytes: a value of any type as it stands in memory.
      def bytes(node, wire, scope, name)
        return copy(node, resolve(wire, scope)) if reference?(wire)

        case node['kind']
        when 'array' then sequence(node['of'], wire, scope, name)
        when 'struct' then build(node, entries(node, wire, scope, name))
        when 'union' then union(node, wire, scope, name)
        when 'tagged' then tagged(node, wire, scope, name)
        else Text.packed([cell(node, wire, scope, name)], @natives.directive(node))
        end
      end

      def sequence(node, wires, scope, name)
        return Text.memory([wires['$bytes'] || wires.fetch('$text')].pack('H*')) if wires.is_a?(Hash)

        items = wires.each_with_index.map do |wire, index|
          @types.cell(node) ? cell(node, wire, scope, "#{name}_#{index}") : bytes(node, wire, scope, "#{name}_#{index}")
        end
        return Text.packed(items, @natives.directive(node)) if @types.cell(node)

        items.size == 1 ? items.first : "[#{items.join(', ')}].join"
      end

      # Fresh memory under a name of its own.
      def memory(node, wire, scope, name)
        element = node['kind'] == 'array' ? node['of'] : node
        return filled(element, @natives.size(node), wire, scope, name) if wire.is_a?(Hash) && wire.key?('$out')

        assign(@program.name(name), bytes(node, wire, scope, name))
      end

      # A name and its path, followed.
      def resolve(wire, scope)
        (wire['path'] || []).reduce(scope.fetch(wire['$ref'])) { |found, part| into(found, part) }
      end

      # The scalar itself, or where an aggregate stands.
      def scalar(found)
        return found.code if found.is_a?(Scalar)

        @types.cell(found.node) ? load(found) : found.pointer
      end

      # An expression for the scalar at a place.
      def load(place)
        data = "#{place.slice(@natives.size(place.node))}.unpack1('#{@natives.directive(place.node)}')"
        case place.node['kind']
        when 'bool' then "(#{data} != 0)"
        when 'pointer', 'callback' then "Pointer.new(#{data})"
        else data
        end
      end

      def count(wire, scope)
        wire.is_a?(Hash) ? scalar(resolve(wire, scope)) : Integer(wire)
      end

      private

      def reference?(wire)
        wire.is_a?(Hash) && wire.key?('$ref')
      end

      def bool(wire, scope)
        return scalar(resolve(wire, scope)) if reference?(wire)

        wire.is_a?(Hash) ? Integer(wire.fetch('$raw'), 10).to_s : wire.to_s
      end

      def number(node, wire, scope)
        return referred(node, resolve(wire, scope)) if reference?(wire)
        return Integer(wire.fetch('$raw'), 10).to_s if wire.is_a?(Hash)

        case node['kind']
        when 'float' then Text.float(wire, node['size'])
        when 'bool' then wire ? '1' : '0'
        else Integer(wire, 10).to_s
        end
      end

      def referred(node, found)
        return "(#{scalar(found)} ? 1 : 0)" if found.node['kind'] == 'bool'

        node['kind'] == 'float' && found.node['kind'] != 'float' ? "#{scalar(found)}.to_f" : scalar(found)
      end

      # A scalar as String#unpack takes it.
      def cell(node, wire, scope, name)
        return pointer(node, wire, scope, name).address if %w[pointer callback].include?(node['kind'])

        number(node, wire, scope)
      end

      def pointer(node, wire, scope, name)
        return Handed.new('nil', '0') if wire.nil?
        return list(node, wire, scope, name) if wire.is_a?(Array)

        key, body = wire.first
        case key
        when '$bytes' then own(node, memory_of([body].pack('H*'), name), body.size / 2 / @natives.size(node['to']))
        when '$text' then own(node, memory_of("#{[body].pack('H*')}\0".b, name), (body.size / 2) + 1)
        when '$out' then out(node, wire, scope, name)
        when '$address' then address(node, Integer(body, 16))
        when '$at' then inside(node, scope.fetch(body), wire['offset'].to_i)
        when '$ref' then known(node, resolve(wire, scope))
        when '$callback' then callback(node, @make_callback.call(body, name, scope))
        else raise ArgumentError, "no value for a pointer: #{JSON.generate(wire)}"
        end
      end

      def list(node, wires, scope, name)
        own(node, assign(@program.name(name), sequence(node['to'], wires, scope, name)), wires.size)
      end

      def address(node, number)
        code = format('0x%x', number)
        Handed.new(code, code, Scalar.new(node, code))
      end

      def memory_of(bytes, name)
        zero = bytes.end_with?("\0") && bytes.bytesize > 1 && !bytes[0..-2].include?("\0".b)
        assign(@program.name(name), zero ? "[#{Text.long_string(bytes[0..-2])}].pack('Z*')" : Text.memory(bytes))
      end

      def own(node, variable, count)
        place(node, variable, count * @natives.size(node['to']), false)
      end

      def place(node, variable, extent, filled)
        Handed.new(variable, "Pointer[#{variable}].to_i", Place.new(node['to'], variable, 0, extent, filled))
      end

      def out(node, wire, scope, name)
        count = count(wire['$out'], scope)
        size = @natives.size(node['to'])
        extent = count.is_a?(Integer) ? count * size : "#{count} * #{size}"
        place(node, filled(node['to'], extent, wire, scope, name), extent, true)
      end

      def filled(element, size, wire, scope, name)
        variable = assign(@program.name(name), "#{@program.need(:pattern)}(#{size})")
        return variable unless wire['from']

        from = sequence(element, wire['from'], scope, name)
        length = wire['from'].is_a?(Hash) ? wire['from']['$bytes'].size / 2 : wire['from'].size * @natives.size(element)
        @program.line("#{variable}[0, #{length}] = #{from}")
        variable
      end

      def inside(node, named, offset)
        target = named.at(node['to'], offset)
        start = target.offset == 0
        Handed.new(start ? target.base : target.pointer[1..-2], "#{target.pointer}.to_i", target)
      end

      def known(node, found)
        code = scalar(found)
        Handed.new(code, "#{code}.to_i", Scalar.new(node, code))
      end

      def callback(node, variable)
        Handed.new(variable, "#{variable}.to_i", Scalar.new(node, variable))
      end

      def copy(node, found)
        return Text.packed([referred(node, found)], @natives.directive(node)) if found.is_a?(Scalar)

        found.slice(@natives.size(node))
      end

      def build(node, entries)
        return %("\\0".b * #{@natives.aggregate(node)}.size) if entries.empty?

        "#{@program.need(:build)}(#{@natives.aggregate(node)}, #{entries.join(', ')})"
      end

      # A struct's fields: scalars by their names, what is nested by its offset.
      def entries(node, wire, scope, name)
        fields = @types.aggregate(node).fields
        wire.map do |key, value|
          field = fields.fetch(key) { raise ArgumentError, "no field #{key.inspect} in #{name}" }
          wish = "#{name}_#{key}"
          next "#{Text.string(key)} => #{entry(field.node, value, scope, wish)}" if direct?(field.node, value)

          "#{field.offset} => #{bytes(field.node, value, scope, wish)}"
        end
      end

      def direct?(node, value)
        @types.leaf(node) && !(node['kind'] == 'array' && reference?(value))
      end

      def entry(node, wire, scope, name)
        return cell(node, wire, scope, name) unless node['kind'] == 'array'
        return Text.list(flat(node, wire, scope, name)) unless wire.is_a?(Hash)

        Text.list([wire['$bytes'] || wire['$text']].pack('H*').unpack(node['of']['signed'] ? 'c*' : 'C*').map(&:to_s))
      end

      def flat(node, wire, scope, name)
        return [cell(node, wire, scope, name)] unless node['kind'] == 'array'

        wire.each_with_index.flat_map { |each, index| flat(node['of'], each, scope, "#{name}_#{index}") }
      end

      def union(node, wire, scope, name)
        return build(node, entries(node, wire, scope, name)) unless wire.key?('$bytes')

        Text.memory([wire['$bytes']].pack('H*').ljust(@natives.size(node), "\0".b))
      end

      def tagged(node, wire, scope, name)
        declared = @types.declaration(node['ref'])
        key, fields = wire.first
        variant = @types.variant(node) { |each| each['name'] == key }
        tag = Integer(variant ? variant['value'] : wire.fetch('$raw'), 10)
        tag_bytes = "0 => [#{tag}].pack('#{@natives.directive(declared['tag'])}')"
        payload = variant && @types.payload(node, variant)
        return build(node, [tag_bytes]) unless payload

        inner = entries(payload.node, fields, scope, name)
        return build(node, ["0 => #{build(payload.node, ["'tag__' => #{tag}", *inner])}"]) if declared['form'] == 'structs'

        build(node, [tag_bytes, "#{payload.offset} => #{build(payload.node, inner)}"])
      end

      def assign(variable, code)
        @program.line(*Text.break_list("#{variable} = #{code}"))
        variable
      end

      # One step of a path; pointers are followed.
      def into(found, part)
        return found.fetch(part) if found.is_a?(Hash)

        node = found.node
        return into_pointer(found, part) if node['kind'] == 'pointer'
        return found.at(node['of'], Integer(part, 10) * @natives.size(node['of'])) if node['kind'] == 'array'

        field = @types.payload(node, @types.variant(node) { |each| each['name'] == part }) if node['kind'] == 'tagged'
        field ||= @types.aggregate(node).fields.fetch(part) { raise ArgumentError, "nothing is called #{part.inspect}" }
        found.at(field.node, field.offset)
      end

      def into_pointer(found, part)
        to = found.node['to']
        pointee = Place.new(to, scalar(found), 0)
        part.match?(/\A\d+\z/) ? pointee.at(to, Integer(part, 10) * @natives.size(to)) : into(pointee, part)
      end
    end
  end
end
