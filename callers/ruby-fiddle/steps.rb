# frozen_string_literal: true

# Makes the steps of a case ready and plays them, each kind in its own way.

require 'json'
require_relative 'calls'
require_relative 'callbacks'
require_relative 'memory'
require_relative 'reads'
require_relative 'references'
require_relative 'scope'
require_relative 'values'

module Abide
  # A step made ready: its id as JSON, what it does, and what can be bound before.
  Step = Struct.new(:id, :body, :top, :bind, :release, :needs)

  # Makes steps ready and plays them.
  class Steps
    KINDS = %w[call let check get set address find wait drop collect threads repeat].freeze
    FAULTS = [StandardError, NoMemoryError, NotImplementedError, SystemStackError].freeze

    attr_reader :library, :types, :values, :reader, :references

    def initialize(library, types)
      @library = library
      @types = types
      @references = References.new(types)
      @reader = Reader.new(types)
      @values = Values.new(types) { |script, name, scope| make_callback(script, name, scope) }
    end

    def prepare_all(steps, top: true)
      steps.map { |step| prepare(step, top) }
    end

    def run_all(steps, scope)
      steps.each { |step| run(step, scope) }
    end

    # Frees what the case still owns after it could not go on.
    def release(steps, scope)
      steps.each do |step|
        run(step, scope) if step.release && step.needs.all? { |name| scope.bound?(name) }
      rescue Halt
        next
      end
    end

    # Callbacks made in this step, and at the top every one called since the last line there.
    def called(step, scope)
      return '' if scope.play.callbacks.empty?

      made = scope.created
      told = scope.play.callbacks.select { |callback| made.include?(callback) || (step.top && callback.pending?) }
      made.clear
      return '' if told.empty?

      %(,"called":{#{told.map { |callback| "#{JSON.generate(callback.name)}:#{callback.report}" }.join(',')}})
    end

    private

    # A step that cannot be made ready fails when its turn comes.
    def prepare(step, top)
      ready = Step.new(JSON.generate(step['id']), nil, top, nil, step['release'], step['release'] && needs(step))
      kind = KINDS.find { |key| step.key?(key) }
      raise ArgumentError, "no step of protocol 1: #{JSON.generate(step)}" unless kind

      ready.body = send(:"prepare_#{kind}", step, ready)
      ready
    rescue *FAULTS => e
      ready.body = ->(_scope) { raise e }
      ready
    end

    # The names a step refers to.
    def needs(wire)
      case wire
      when Hash then (wire.key?('$ref') ? [wire['$ref']] : []) + wire.values.flat_map { |value| needs(value) }
      when Array then wire.flat_map { |value| needs(value) }
      else []
      end
    end

    def run(step, scope)
      scope.enter(step)
      fields = step.body.call(scope)
      scope.write(step, fields + called(step, scope))
      raise Halt if scope.play.halted
    rescue Halt
      raise
    rescue Missing => e
      halt(step, scope, %(,"missing":#{JSON.generate(e.message)}))
    rescue Refusal => e
      why = JSON.generate(e.message)
      halt(step, scope, %(,"unsupported":{"by":"#{e.by}","at":"#{e.stage}","why":#{why}}))
    rescue *FAULTS => e
      halt(step, scope, %(,"error":#{JSON.generate(Refusal.words(e))}))
    end

    def halt(step, scope, fields)
      scope.write(step, fields)
      scope.play.halted = true
      raise Halt
    end

    def prepare_call(step, ready)
      Call.new(step, self, ready).method(:perform)
    end

    def prepare_let(step, _ready)
      node, name = step.values_at('type', 'let')
      lambda do |scope|
        region = scope.play.memory.allocate(types.size(node), name, named: true)
        scope.bind(name, Place.new(node, region.address))
        scope.given = Given.new(scope.play.memory)
        values.fill(region, node, scope.slot(step['value']), scope, name)
        region.inner = scope.given.snapshot
        scope.given = nil
        ''
      end
    end

    def prepare_check(step, _ready)
      ->(scope) { %(,"value":#{reader.show_place(references.resolve(step['check'], scope), step['read'], scope)}) }
    end

    def prepare_get(step, _ready)
      global = library.global(step['get'])
      lambda do |scope|
        place = Place.new(global['type'], library.address(global['symbol'], scope))
        scope.bind(step['bind'], references.keep(place, scope.play.memory)) if step['bind']
        %(,"value":#{reader.show_place(place, step['read'], scope)})
      end
    end

    def prepare_set(step, _ready)
      global = library.global(step['set'])
      lambda do |scope|
        address = library.address(global['symbol'], scope)
        values.store(global['type'], address, step['value'], scope, step['set'])
        ''
      end
    end

    def prepare_address(step, _ready)
      name = step['address']
      node = { 'kind' => 'pointer', 'to' => library.pointee(name), 'const' => false }
      lambda do |scope|
        scope.bind(step['bind'], Value.new(node, library.address(library.symbol(name), scope)))
        ''
      end
    end

    def prepare_find(step, _ready)
      ->(_scope) { %(,"found":#{library.found?(step['find'])}) }
    end

    def prepare_wait(step, _ready)
      lambda do |scope|
        count = references.count(step['count'], scope)
        sleep(0.001) while scope.callback(step['wait']).count < count
        ''
      end
    end

    def prepare_drop(step, _ready)
      lambda do |scope|
        scope.callback(step['drop']).drop
        ''
      end
    end

    def prepare_collect(_step, _ready)
      lambda do |_scope|
        GC.start
        ''
      end
    end

    def prepare_repeat(step, ready)
      inner = prepare_all(step['steps'], top: false)
      ready.bind = ->(scope) { inner.each { |each| each.bind&.call(scope) } }
      lambda do |scope|
        outer = scope.round
        references.count(step['repeat'], scope).times do |round|
          scope.round = round
          run_all(inner, scope)
        end
        scope.round = outer
        ''
      end
    end

    def prepare_threads(step, ready)
      inner = prepare_all(step['steps'], top: false)
      ready.bind = ->(scope) { inner.each { |each| each.bind&.call(scope) } }
      lambda do |scope|
        ready.bind.call(scope)
        run_threads(inner, references.count(step['threads'], scope), scope)
        ''
      end
    end

    # The gates make a barrier: every thread gets the next step when all have played the one before.
    def run_threads(steps, count, scope)
      scopes = Array.new(count) { |number| scope.on_thread(number) }
      played = Queue.new
      gates = scopes.map { |own| start_thread(own, played) }
      steps.each do |step|
        gates.each { |gate| gate << step }
        count.times { played.pop }
        scopes.each(&:flush)
        break if scope.play.halted
      end
      gates.each { |gate| gate << nil }
      raise Halt if scope.play.halted
    end

    def start_thread(own, played)
      gate = Queue.new
      thread = Thread.new do
        while (step = gate.pop)
          play_on_thread(step, own)
          played << true
        end
      end
      thread.report_on_exception = false
      gate
    end

    def play_on_thread(step, own)
      run(step, own)
    rescue Halt
      nil # told in its line; the play remembers it
    end

    def make_callback(script, name, scope)
      declaration = types.declaration(script.fetch('type'))
      callback = Callback.new(script['as'] || name, script, declaration, scope, self)
      scope.remember(callback, { 'kind' => 'callback', 'ref' => script['type'] })
      callback
    end
  end
end
