# frozen_string_literal: true

require_relative 'repro_calls'
require_relative 'repro_callbacks'
require_relative 'repro_reads'
require_relative 'repro_text'
require_relative 'repro_values'

module Abide
  module Repro
    # A symbol that is not exported.
    class Unexported < StandardError; end

    # What Fiddle refuses: lines of the program that try it.
    class Refused < StandardError
      attr_reader :lines

      def initialize(*lines)
        super('refused')
        @lines = lines
      end
    end

    # What the steps at one place of the program see.
    class Scope
      attr_accessor :arguments

      # `lines`: where a thread keeps what it says.
      def initialize(program, outer = nil, lines: nil, own: {})
        @program = program
        @outer = outer
        @lines = lines
        @names = own
      end

      # The variable for what a call returns: blocks have one of their own.
      def result
        @result ||= @program.name('result')
      end

      def lines
        @lines || @outer&.lines
      end

      def nested?
        !@outer.nil?
      end

      def bind(name, value)
        @names[name] = value
      end

      def bound?(name)
        @names.key?(name) || (!@outer.nil? && @outer.bound?(name))
      end

      def fetch(name)
        @names.fetch(name) do
          raise ArgumentError, "nothing is bound to #{name.inspect}" unless @outer

          @outer.fetch(name)
        end
      end
    end

    # The steps of a case as lines of the program, each kind in its own way.
    class Steps
      KINDS = %w[call let check get set address find wait drop collect threads repeat].freeze
      CALLING = %w[call wait drop threads repeat].freeze
      INTEGER = { 'kind' => 'int', 'name' => 'i64', 'size' => 8, 'signed' => true }.freeze

      attr_reader :program, :values, :reads, :callbacks

      def initialize(program)
        @program = program
        @callbacks = Callbacks.new(self)
        @values = Values.new(program) { |script, name, scope| @callbacks.make(script, name, scope) }
        @reads = Reads.new(program, @values)
        @calls = Calls.new(self)
      end

      def write(steps)
        scope = Scope.new(@program)
        @callbacks.waiting = JSON.generate(steps).include?('"wait":')
        halted = false
        steps.each_with_index do |step, index|
          next if halted && !(step['release'] && needs(step).all? { |name| scope.bound?(name) })

          @callbacks.later = steps.drop(index + 1).any? { |each| CALLING.any? { |kind| each.key?(kind) } }
          lines = @program.capture { halted |= !play(step, scope, top: true) }
          @program.line('') if index.positive? && (lines.size > 2 || @tall)
          @tall = lines.size > 2
          @program.line(*lines)
        end
      end

      # False when the case cannot go on.
      def play_all(steps, scope)
        steps.all? { |step| play(step, scope) }
      end

      # Prints a line, or keeps it until the barrier of the threads.
      def say(step, shown, scope, condition = nil)
        text = Shown.text("#{Text.escape(step['id'])} #{shown.inline}").code
        @program.line("#{scope.lines ? "#{scope.lines} <<" : 'puts'} #{text}#{" if #{condition}" if condition}")
      end

      def tell(step, words, shown, scope, condition = nil)
        if shown.choice && words.size + shown.inline.size > 70
          variable = @program.name('seen')
          @program.line(*shown.assignment(variable))
          shown = Shown.code(variable)
        end
        say(step, Shown.text("#{words} #{shown.inline}"), scope, condition)
      end

      # A variable for something at an address in the library.
      def symbol(name)
        declared = @program.header['globals'][name] || @program.header['functions'].fetch(name)
        raise Unexported, declared['symbol'] if @program.header.fetch('missing', []).include?(declared['symbol'])

        code = "Pointer.new(library[#{Text.string(declared['symbol'])}])"
        @program.setup([:symbol, name], name) { |variable| ["#{variable} = #{code}"] }
      end

      private

      def play(step, scope, top: false)
        kind = KINDS.find { |key| step.key?(key) }
        raise ArgumentError, "no step of protocol 1: #{JSON.generate(step)}" unless kind

        @callbacks.enter
        going = true
        lines = @program.capture { going = send(:"play_#{kind}", step, scope) != false }
        @program.line(*lines)
        @callbacks.tell(step, scope, top) if kind != 'call' && CALLING.include?(kind)
        going
      rescue Unexported => e
        attempt(["library[#{Text.string(e.message)}]"], 'rescue DLError', step, scope,
                Shown.text("missing #{Text.escape(e.message)}"))
      rescue Refused => e
        attempt(e.lines, 'rescue StandardError => e', step, scope, Shown.text('unsupported #{e.class}: #{e.message}'))
      rescue Refusal => e
        say(step, Shown.text("unsupported #{Text.escape(e.message)}"), scope)
        false
      end

      def attempt(lines, rescuing, step, scope, shown)
        @program.line('begin', *lines.map { |line| "  #{line}" }, rescuing)
        told = @program.capture { say(step, shown, scope) }
        @program.line(*told.map { |line| "  #{line}" }, 'end')
        false
      end

      def needs(wire)
        case wire
        when Hash then (wire.key?('$ref') ? [wire['$ref']] : []) + wire.values.flat_map { |value| needs(value) }
        when Array then wire.flat_map { |value| needs(value) }
        else []
        end
      end

      def play_call(step, scope)
        @calls.play(step, scope)
      end

      def play_let(step, scope)
        node = step['type']
        filled = step['value'].is_a?(Hash) && step['value'].key?('$out')
        variable = @values.memory(node, step['value'], scope, step['let'])
        scope.bind(step['let'], Place.new(node, variable, 0, @program.natives.size(node), filled))
      end

      def play_check(step, scope)
        tell(step, 'value', @reads.show(@values.resolve(step['check'], scope), step['read'], scope), scope)
      end

      def play_get(step, scope)
        node = @program.header['globals'].fetch(step['get'])['type']
        place = Place.new(node, symbol(step['get']), 0)
        bind(step['bind'], place, scope) if step['bind']
        tell(step, 'value', @reads.show(place, step['read'], scope), scope)
      end

      # A value as it is now: what changes in memory later does not change it.
      def bind(name, place, scope)
        variable = @program.name(name)
        if @program.types.cell(place.node)
          @program.line("#{variable} = #{@values.load(place).sub(/\A\((.*)\)\z/, '\1')}")
          return scope.bind(name, Scalar.new(place.node, variable))
        end
        size = @program.natives.size(place.node)
        @program.line("#{variable} = #{place.slice(size)}#{'.dup' if place.slice(size) == place.base}")
        scope.bind(name, Place.new(place.node, variable, 0, size))
      end

      def play_set(step, scope)
        node = @program.header['globals'].fetch(step['set'])['type']
        variable = symbol(step['set'])
        @program.line("#{variable}[0, #{@program.natives.size(node)}] = " \
                      "#{@values.bytes(node, step['value'], scope, step['set'])}")
      end

      def play_address(step, scope)
        global = @program.header['globals'][step['address']]
        node = { 'kind' => 'pointer', 'to' => global ? global['type'] : { 'kind' => 'void' } }
        scope.bind(step['bind'], Scalar.new(node, symbol(step['address'])))
      end

      def play_find(step, scope)
        found = @program.capture do
          @program.line("library[#{Text.string(step['find'])}]")
          say(step, Shown.text('found true'), scope)
        end
        attempt(found, 'rescue DLError', step, scope, Shown.text('found false'))
        true
      end

      def play_wait(step, scope)
        count = @values.count(step['count'], scope)
        @program.line("sleep 0.001 while #{@callbacks.turns(step['wait'], scope)} < #{count}")
      end

      def play_drop(step, scope)
        variable = scope.fetch(step['drop']).code
        return @program.line("#{variable}.free") if Fiddle::Closure.method_defined?(:free)

        @program.line("#{variable} = nil", 'GC.start')
      end

      def play_collect(_step, _scope)
        @program.line('GC.start')
      end

      def play_repeat(step, scope)
        round = @program.name('round')
        going = true
        own = { 'round' => Scalar.new(INTEGER, round) }
        inner = Scope.new(@program, scope, own: own)
        @program.block("#{@values.count(step['repeat'], scope)}.times do |#{round}|") do
          going = play_all(step['steps'], inner)
          @program.line('break') unless going
        end
        going
      end

      def play_threads(step, scope)
        names = %w[barrier thread lines].to_h { |name| [name, @program.name(name)] }
        own = { 'thread' => Scalar.new(INTEGER, names['thread']) }
        inner = Scope.new(@program, scope, lines: names['lines'], own: own)
        count = @values.count(step['threads'], scope)
        @program.line("#{names['barrier']} = #{@program.need(:Barrier)}.new(#{count})")
        going = true
        @program.block("threads = Array.new(#{count}) do |#{names['thread']}|") do
          @program.block('Thread.new do') { going = thread(step['steps'], inner, names) }
        end
        @program.line('threads.each(&:join)')
        going
      end

      def thread(steps, inner, names)
        @program.line("#{names['lines']} = []")
        steps.all? do |each|
          going = play(each, inner)
          @program.line("#{names['barrier']}.pass(#{names['thread']}, #{names['lines']})")
          going
        end
      end
    end
  end
end
