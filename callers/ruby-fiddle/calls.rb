# frozen_string_literal: true

# One call of a declared function or of a function pointer.

require 'fiddle'
require 'json'
require_relative 'callbacks'
require_relative 'memory'
require_relative 'references'
require_relative 'types'

module Abide
  # Made ready once: the step's signature, its function, its texts. `tools` are the Steps.
  class Call
    def initialize(step, tools, ready)
      @ready = ready
      @tools = tools
      @step = step
      @named = step['call'].is_a?(String)
      @declaration = @named ? tools.library.declared(step['call']) : tools.types.declaration(step['type'])
      @params, @returns = @declaration.values_at('params', 'returns')
      @returned = @returns['kind'] != 'void'
      @texts = @params.map { |param| text?(param['type']) }
      @pointers = @params.any? { |param| %w[pointer callback].include?(param['type']['kind']) }
      @after = step.dig('read', 'after') || {}
      @functions = {}
      check(step['args'])
      ready.bind = ->(scope) { bind_before(scope) } if @named
    end

    def perform(scope)
      function = function(scope)
      scope.given = @pointers ? Given.new(scope.play.memory) : nil
      natives = natives(scope)
      scope.given&.snapshot
      Fiddle.last_error = 0 if @step['errno']
      returned, raised = invoke(function, natives, scope)
      errno = Fiddle.last_error if @step['errno']
      scope.play.raise_fault

      scope.arguments = arguments(natives)
      bind(returned, scope) unless raised
      told(returned, raised, errno, scope)
    end

    private

    def check(wires)
      return if wires.size == @params.size

      raise ArgumentError, "#{@step['call']} takes #{@params.size} arguments, the plan gives #{wires.size}"
    end

    # What may go over as the FFI's own string.
    def text?(node)
      node['kind'] == 'pointer' && node['const'] && node['to']['name'] == 'c_char'
    end

    def text_given?(index, scope)
      return false unless @texts[index]

      wire = scope.slot(@step['args'][index])
      wire.is_a?(Hash) && wire.key?('$text')
    end

    # A function pointer's signature is the same each time, its address is not.
    def function(scope)
      texts = @texts.any? ? @texts.each_index.map { |index| text_given?(index, scope) } : nil
      return @functions[texts] ||= @tools.library.function(@step['call'], @declaration, texts, scope) if @named

      address = @tools.references.scalar(@tools.references.resolve(@step['call'], scope))
      @tools.library.build(address, @declaration, texts)
    end

    # A refusal here comes again, in its own step.
    def bind_before(scope)
      function(scope)
    rescue Refusal, Missing, ArgumentError
      nil
    end

    def natives(scope)
      @params.each_with_index.map do |param, index|
        wire = scope.slot(@step['args'][index])
        text_given?(index, scope) ? text(wire, scope) : native(param, wire, scope)
      end
    end

    def text(wire, scope)
      scope.play.memory.keep([wire['$text']].pack('H*'))
    end

    def native(param, wire, scope)
      node = param['type']
      return Integer(wire, 10) if node['kind'] == 'int' && wire.is_a?(String)

      value = @tools.values.native(node, wire, scope, param['name'])
      case node['kind']
      when 'bool' then Types.bool(value)
      when 'pointer'
        scope.given.add_address(value, node['const'])
        value
      else value
      end
    end

    # Fiddle raises what a callback raised, and Ruby jumps out of a native function that has used up the stack;
    # anything else it raises is its refusal.
    def invoke(function, natives, scope)
      outer = Thread.current[:abide_scope]
      Thread.current[:abide_scope] = scope
      [normal(function.call(*natives)), nil]
    rescue ScriptedError => e
      scope.play.raised = true
      [nil, e.message]
    rescue SystemStackError => e
      scope.play.raised = true
      [nil, Refusal.words(e)]
    rescue StandardError => e
      raise Refusal.new('ffi', 'call', Refusal.words(e))
    ensure
      Thread.current[:abide_scope] = outer
    end

    def normal(value)
      value.is_a?(Fiddle::Pointer) ? value.to_i & Memory::ADDRESS_MASK : value
    end

    # The arguments as values of their types; native text by its address.
    def arguments(natives)
      return unless @pointers

      @params.zip(natives).to_h do |param, value|
        value = Fiddle::Pointer[value].to_i if value.is_a?(String)
        [param['name'], Value.new(param['type'], value)]
      end
    end

    def bind(returned, scope)
      scope.bind(@step['bind'], Value.new(@returns, returned)) if @step['bind'] && @returned
      (@step['bind_after'] || {}).each do |param, name|
        place = scope.pointee(param)
        scope.bind(name, @tools.references.keep(place, scope.play.memory)) unless place.address.zero?
      end
    end

    def told(returned, raised, errno, scope)
      line = +''
      line << %(,"returns":#{show(@returns, returned, @step.dig('read', 'returns'), scope)}) if @returned && !raised
      line << %(,"raised":#{JSON.generate(raised)}) if raised
      line << after(scope) unless @after.empty?
      line << @tools.called(@ready, scope)
      line << %(,"errno":"#{errno}") if errno
      damage = scope.given&.damage || []
      line << %(,"damage":[#{damage.join(',')}]) unless damage.empty?
      line
    end

    def after(scope)
      shown = @after.map do |param, read|
        value = scope.arguments.fetch(param)
        "#{JSON.generate(param)}:#{show(value.node, value.native, read, scope)}"
      end
      %(,"after":{#{shown.join(',')}})
    end

    def show(node, value, read, scope)
      @tools.reader.show(node, value, read, scope)
    end
  end
end
