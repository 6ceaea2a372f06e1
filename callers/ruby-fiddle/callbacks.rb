# frozen_string_literal: true

# Scripted callbacks: record each call, play steps, raise, answer.

require 'fiddle'
require 'json'
require_relative 'memory'
require_relative 'references'
require_relative 'scope'
require_relative 'types'

module Abide
  # What a script raises out of a callback.
  class ScriptedError < StandardError
    def initialize(message = 'abide')
      super
    end
  end

  # One callback. `tools` are the Steps that made it.
  class Callback
    # What a native library may still call lives as long as the process.
    LIVING = {}.compare_by_identity
    @lock = Mutex.new

    class << self
      attr_reader :lock
    end

    attr_reader :name, :count, :address

    def initialize(name, script, declaration, scope, tools)
      @name = name
      @script = script
      @declaration = declaration
      @scope = scope
      @tools = tools
      @reads = script['read'] || {}
      @returns = script['returns'] || []
      @steps = (script['on'] || {}).transform_values { |steps| tools.prepare_all(steps, top: false) }
      @count = 0
      forget
      build
    end

    def pending?
      @tally.positive?
    end

    # The calls since the last report, as journal text.
    def report
      shown = @script['ends'] ? ends : "[#{@calls.join(',')}]"
      forget
      shown
    end

    def drop
      @closure.free if @closure.respond_to?(:free)
      LIVING.delete(self)
      @closure = nil
      GC.start
    end

    private

    def build
      @declaration['params'].each { |param| @tools.types.touch(param['type']) }
      @steps.each_value { |steps| steps.each { |step| step.bind&.call(@scope) } }
      @closure = @tools.types.closure(@declaration) { |*arguments| called(arguments) }
      @address = @closure.to_i & Memory::ADDRESS_MASK
      LIVING[self] = @closure
    end

    def forget
      @calls = []
      @tally = 0
      @first = @last = nil
    end

    # Only the scripted error may leave through the native frames.
    def called(arguments)
      turn = Callback.lock.synchronize { @count += 1 }
      scope = Thread.current[:abide_scope] || @scope
      params = bind(arguments)
      scope.in_callback(params) { play(turn, params, scope) }
    rescue ScriptedError
      raise
    rescue Halt
      zero
    rescue StandardError => e
      (scope || @scope).play.fault ||= e
      zero
    end

    def play(turn, params, scope)
      record(params, scope)
      scope.back_to_call
      steps = @steps[turn.to_s]
      @tools.run_all(steps, scope) if steps && !scope.play.over? && !scope.play.halted
      raise ScriptedError if @script['raises'] && turn == @tools.references.count(@script['raises'], scope)

      answer(turn, scope)
    end

    def bind(arguments)
      @declaration['params'].zip(arguments).to_h do |param, value|
        value = value.to_i & Memory::ADDRESS_MASK if value.is_a?(Fiddle::Pointer)
        [param['name'], Value.new(param['type'], value)]
      end
    end

    def record(params, scope)
      shown = params.map do |key, value|
        "#{JSON.generate(key)}:#{@tools.reader.show(value.node, value.native, @reads[key], scope)}"
      end
      call = "{#{shown.join(',')}}"
      Callback.lock.synchronize do
        @tally += 1
        @script['ends'] ? (@first ||= call) && (@last = call) : @calls << call
      end
    end

    def ends
      return '{"count":"0"}' if @tally.zero?

      %({"count":"#{@tally}","first":#{@first},"last":#{@last}})
    end

    def answer(turn, scope)
      node = @declaration['returns']
      return zero if @returns.empty? || node['kind'] == 'void'

      wire = @returns[[turn, @returns.size].min - 1]
      value = @tools.values.native(node, wire, scope, @name)
      node['kind'] == 'bool' ? Types.bool(value) : value
    end

    def zero
      case @declaration['returns']['kind']
      when 'float' then 0.0
      when 'bool' then Types.bool(false)
      else 0
      end
    end
  end
end
