# frozen_string_literal: true

require_relative 'repro_text'
require_relative 'repro_values'
require_relative 'types'

module Abide
  module Repro
    # Calls of declared functions and of function pointers.
    class Calls
      def initialize(steps)
        @steps = steps
        @program = steps.program
        @values = steps.values
        @reads = steps.reads
      end

      def play(step, scope)
        named = step['call'].is_a?(String)
        declared = named ? @program.header['functions'].fetch(step['call']) : @program.types.declaration(step['type'])
        texts = declared['params'].zip(step['args']).map { |param, wire| text?(param['type'], wire) }
        function = named ? function(step['call'], declared, texts) : pointer(step, declared, texts, scope)
        handed = arguments(step, declared, texts, scope)
        refuse_text(step, function, handed, texts)
        told = Told.new(step, declared, scope)
        perform(told, function, handed)
        finish(told)
      end

      private

      # One call: its step, its signature, the variable of what it returned.
      Told = Struct.new(:step, :declared, :scope, :result, :errno) do
        def returned?
          declared['returns']['kind'] != 'void'
        end
      end

      def text?(node, wire)
        return false unless node['kind'] == 'pointer' && node['const'] && node['to']['name'] == 'c_char'

        wire.is_a?(Hash) && wire.key?('$text')
      end

      def function(name, declared, texts)
        symbol = declared['symbol']
        raise Unexported, symbol if @program.header.fetch('missing', []).include?(symbol)

        address = "library[#{Text.string(symbol)}]"
        types, returned = signature(declared, texts, address)
        @program.setup([name, types], name) { |variable| definition("#{variable} = ", address, types, returned) }
      end

      def pointer(step, declared, texts, scope)
        address = @values.scalar(@values.resolve(step['call'], scope))
        types, returned = signature(declared, texts, address)
        variable = @program.name('function')
        @program.line(*definition("#{variable} = ", address, types, returned))
        variable
      end

      # What Fiddle refuses is tried in the program too.
      def signature(declared, texts, address)
        natives = @program.natives
        types = declared['params'].zip(texts).map { |param, text| text ? text_type : natives.type(param['type']) }
        returned = natives.type(declared['returns'])
        begin
          @program.types.function(1, declared['params'], declared['returns'], texts)
        rescue Refusal
          raise Refused.new(*definition('', address, types, returned))
        end
        [types, returned]
      end

      def text_type
        Fiddle.const_defined?(:TYPE_CONST_STRING) ? 'TYPE_CONST_STRING' : 'TYPE_VOIDP'
      end

      def definition(head, address, types, returned)
        alike = types.size > 3 && types.uniq.size == 1
        list = alike ? "[#{types.first}] * #{types.size}" : "[#{types.join(', ')}]"
        line = "#{head}Function.new(#{address}, #{list}, #{returned})"
        return [line] if line.size <= Text::WIDTH

        list = alike ? ["#{list},"] : Text.wrap('[', types, '],')
        ["#{head}Function.new(", "  #{address},", *list.map { |each| "  #{each}" }, "  #{returned}", ')']
      end

      def arguments(step, declared, texts, scope)
        after = step.dig('read', 'after') || {}
        handed = declared['params'].each_with_index.map do |param, index|
          name, node = param.values_at('name', 'type')
          wire = step['args'][index]
          texts[index] ? text(name, node, wire, after.key?(name)) : @values.argument(node, wire, scope, name)
        end
        scope.arguments = declared['params'].zip(handed).to_h { |param, each| [param['name'], each.target] }
        handed
      end

      def text(name, node, wire, named)
        bytes = [wire['$text']].pack('H*')
        code = Text.long_string(bytes)
        return Handed.new(code) unless named || code.size > 60

        variable = @program.name(name)
        @program.line("#{variable} = #{code}")
        Handed.new(variable, nil, Place.new(node['to'], variable, 0, bytes.bytesize))
      end

      # A NUL inside a text is refused at the call.
      def refuse_text(step, function, handed, texts)
        given = texts.each_index.select { |index| texts[index] }.map { |index| step['args'][index]['$text'] }
        return if text_type.end_with?('VOIDP') || given.none? { |digits| digits.match?(/\A(..)*00/) }

        raise Refused.new(*Text.wrap("#{function}.call(", handed.map(&:code), ')'))
      end

      def perform(told, function, handed)
        step = told.step
        told.result = step['bind'] ? @program.name(step['bind']) : told.scope.result if told.returned?
        @program.line('Fiddle.last_error = 0') if step['errno']
        head = told.result ? "#{told.result} = " : ''
        call = handed.empty? ? ["#{head}#{function}.call"] : Text.wrap("#{head}#{function}.call(", handed.map(&:code), ')')
        if @steps.callbacks.raising?
          @program.line('begin', *call.map { |line| "  #{line}" })
          @program.line(*@program.capture { returned(told) }.map { |line| "  #{line}" }, 'rescue RuntimeError => e')
          @program.line(*@program.capture { raised(told) }.map { |line| "  #{line}" }, 'end')
        else
          @program.line(*call)
          returned(told)
        end
      end

      # Kept at once: printing may change it.
      def keep_error(told)
        @program.line("#{told.errno ||= @program.name('errno')} = Fiddle.last_error") if told.step['errno']
      end

      def raised(told)
        keep_error(told)
        @steps.say(told.step, Shown.text('raised #{e.message}'), told.scope)
      end

      def returned(told)
        keep_error(told)
        return unless told.returned?

        node = told.declared['returns']
        scalar = Scalar.new(node, told.result)
        scalar.code = "#{told.result} != 0" if node['kind'] == 'bool' && !Types::HAS_BOOL
        bound = node['kind'] == 'bool' ? Scalar.new(node, "(#{scalar.code})") : scalar
        told.scope.bind(told.step['bind'], bound) if told.step['bind']
        bind_after(told)
        @steps.tell(told.step, 'returns', @reads.show(scalar, told.step.dig('read', 'returns'), told.scope), told.scope)
      end

      def bind_after(told)
        (told.step['bind_after'] || {}).each do |param, name|
          found = told.scope.arguments.fetch(param)
          next unless found

          found = Place.new(found.node['to'], found.code, 0) if found.is_a?(Scalar)
          @steps.send(:bind, name, found, told.scope)
        end
      end

      def finish(told)
        step, scope = told.step, told.scope
        bind_after(told) unless told.returned?
        (step.dig('read', 'after') || {}).each do |param, read|
          @steps.tell(step, "after #{Text.escape(param)}", after(scope.arguments[param], read, scope), scope)
        end
        @steps.callbacks.tell(step, scope, !scope.nested?)
        @steps.say(step, Shown.text("errno \#{#{told.errno}}"), scope) if step['errno']
      end

      def after(found, read, scope)
        case found
        when nil then Shown.text('null')
        when Place then @reads.target(found, read, scope)
        else @reads.show(found, read, scope)
        end
      end
    end
  end
end
