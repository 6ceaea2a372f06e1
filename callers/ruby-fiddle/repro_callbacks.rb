# frozen_string_literal: true

require_relative 'repro_text'
require_relative 'repro_values'

module Abide
  module Repro
    # Scripted callbacks as closures of the program.
    class Callbacks
      # `calls`: the variable of the records; `turn`: an expression for the number of the call.
      Made = Struct.new(:name, :variable, :calls, :turn, :ends, :raises, :cleared, :threaded)

      # Whether steps follow that may call; whether any waits.
      attr_writer :later, :waiting

      def initialize(steps)
        @steps = steps
        @program = steps.program
        @all = []
        @created = []
        @later = false
      end

      def enter
        @created = []
      end

      def raising?
        @all.any?(&:raises)
      end

      def turns(name, scope)
        variable = scope.fetch(name).code
        @all.reverse_each.find { |each| each.variable == variable }.turn
      end

      # What was called: always for those made in this step, at the top for all.
      def tell(step, scope, top)
        created, @created = @created, []
        @all.each do |each|
          next unless created.include?(each) || (top && each.cleared && !each.threaded)

          condition = "#{each.calls}.any?" unless created.include?(each)
          @steps.tell(step, "called #{Text.escape(each.name)}", record(each), scope, condition)
          @program.line("#{each.calls}.clear") if each.cleared && (@later || scope.nested?)
        end
      end

      # Writes the closure; its variable.
      def make(script, name, scope)
        name = script['as'] || name
        declared = @program.types.declaration(script.fetch('type'))
        types = signature(declared)
        made = register(script, name, scope)
        scope.bind(name, Scalar.new({ 'kind' => 'callback', 'ref' => script['type'] }, made.variable))
        write(made, script, declared, types, scope)
        made.variable
      end

      private

      def record(made)
        calls = made.calls
        return Shown.text("[\#{#{calls}.join(', ')}]") unless made.ends

        none = Shown.text('{count: 0}')
        ends = Shown.text("{count: \#{#{calls}.size}, first: \#{#{calls}.first}, last: \#{#{calls}.last}}")
        Shown.choice("#{calls}.empty?", none, ends)
      end

      def register(script, name, scope)
        variable = @program.name(name)
        wish = "#{variable}_calls"
        everywhere = scope.nested? && !scope.lines
        calls = everywhere ? @program.setup(variable, wish) { |calls| ["#{calls} = []"] } : @program.name(wish)
        cleared = @later || scope.nested?
        turn = cleared ? @program.name("#{variable}_turn") : "#{calls}.size"
        made = Made.new(name, variable, calls, turn, script['ends'], script.key?('raises'), cleared, scope.lines)
        @all << made
        @created << made
        made
      end

      # The closure's types, as text; what Fiddle refuses is tried in the program too.
      def signature(declared)
        types = declared['params'].map { |param| @program.natives.type(param['type']) }
        returned = @program.natives.type(declared['returns'])
        begin
          @program.types.closure(declared) { 0 }
        rescue Refusal
          raise Refused, "Closure::BlockCaller.new(#{returned}, [#{types.join(', ')}]) { 0 }"
        end
        [returned, types]
      end

      def write(made, script, declared, types, scope)
        inner = Scope.new(@program, scope)
        params = bind(declared, inner)
        answer = answer(made, script, declared, inner)
        counted = made.cleared && (@waiting || script['on'] || script['raises'] || answer.include?(made.turn))
        @program.line("#{made.calls} = []") unless scope.nested? && !scope.lines
        @program.line("#{made.turn} = 0") if counted
        head = "#{made.variable} = Closure::BlockCaller.new(#{types[0]}, [#{types[1].join(', ')}]) do"
        @program.block(params.empty? ? head : "#{head} |#{params.join(', ')}|") do
          @program.line("#{made.turn} += 1") if counted
          body(made, script, declared, inner)
          @program.line(answer) unless answer.empty?
        end
        keep(made) if scope.nested?
      end

      # A closure made inside a block must outlive it.
      def keep(made)
        @program.setup(:kept, 'kept') { |variable| ["#{variable} = [] # the library may still call these"] }
                .then { |variable| @program.line("#{variable} << #{made.variable}") }
      end

      def bind(declared, inner)
        found = declared['params'].map do |param|
          variable = @program.name(param['name'])
          bool = param['type']['kind'] == 'bool' && !Types::HAS_BOOL
          [param['name'], Scalar.new(param['type'], bool ? "(#{variable} != 0)" : variable), variable]
        end
        inner.bind('param', found.to_h { |name, scalar, _| [name, scalar] })
        found.map(&:last)
      end

      def body(made, script, declared, inner)
        reads = script['read'] || {}
        params = inner.fetch('param')
        shown = declared['params'].map do |param|
          scalar = params.fetch(param['name']).dup
          scalar.code = scalar.code[1..-2] if scalar.code.start_with?('(')
          "#{Text.escape(param['name'])}: #{argument(scalar, @steps.reads.show(scalar, reads[param['name']], inner)).inline}"
        end
        @program.line("#{made.calls} << #{Shown.text("{#{shown.join(', ')}}").code}")
        (script['on'] || {}).each { |turn, steps| on(made, turn, steps, inner) }
        @program.line("raise 'abide' if #{made.turn} == #{Integer(script['raises'])}") if script['raises']
      end

      # What is followed gets a line of its own.
      def argument(scalar, shown)
        return shown unless shown.choice && shown.code.include?('"')

        variable = @program.name("#{scalar.code}_seen")
        @program.line(*shown.assignment(variable))
        Shown.code(variable)
      end

      def on(made, turn, steps, inner)
        return if steps.empty?

        created = @created
        @program.block("if #{made.turn} == #{Integer(turn)}") { @steps.play_all(steps, inner) }
        @created = created
      end

      # The last value of the script repeats.
      def answer(made, script, declared, inner)
        node = declared['returns']
        return '' if node['kind'] == 'void'

        codes = (script['returns'] || []).map { |wire| @steps.values.argument(node, wire, inner, made.name).code }
        codes.pop while codes.size > 1 && codes[-1] == codes[-2]
        return codes.first || zero(node) if codes.size < 2

        "[#{codes.join(', ')}].fetch(#{made.turn} - 1, #{codes.last})"
      end

      def zero(node)
        case node['kind']
        when 'float' then '0.0'
        when 'bool' then Types::HAS_BOOL ? 'false' : '0'
        else '0'
        end
      end
    end
  end
end
