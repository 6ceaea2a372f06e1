# frozen_string_literal: true

# What is played and what its steps see: names, the call being made, where journal lines go.

require 'json'
require_relative 'memory'
require_relative 'references'

module Abide
  INTEGER = { 'kind' => 'int', 'name' => 'i64', 'size' => 8, 'signed' => true }.freeze

  # The rest of the case is not played.
  class Halt < StandardError; end

  # A symbol that the library does not export.
  class Missing < StandardError; end

  # One play of a case.
  class Play
    attr_reader :row, :memory, :callbacks, :damage
    attr_accessor :fault, :halted, :raised

    def initialize(row)
      @row = row
      @memory = Memory.new
      @callbacks = []
      @over = false
    end

    def over?
      @over
    end

    # What the library wrote over is told, then the memory goes.
    def finish
      @over = true
      @damage = memory.damage
      memory.free
    end

    # An error inside a callback waits here until the native call is over.
    def raise_fault
      waiting = fault
      self.fault = nil
      raise waiting if waiting
    end
  end

  # What a step sees: names, the call being made, where its lines go.
  class Scope
    attr_reader :play
    attr_accessor :given, :created, :arguments, :thread, :round, :lines

    def initialize(play, journal, names = {})
      @play = play
      @journal = journal
      @names = names
      @created = []
    end

    # A scope of a thread sees all names so far and keeps its own lines until the barrier.
    def on_thread(number)
      own = Scope.new(play, @journal, @names.dup)
      own.thread = number
      own.round = round
      own.lines = []
      own
    end

    def flush
      lines.each { |line| @journal.write(line) }
      lines.clear
    end

    def remember(callback, node)
      play.callbacks << callback
      created << callback
      play.memory.know_callback(callback.address, callback.name)
      bind(callback.name, Value.new(node, callback.address))
    end

    def callback(name)
      address = fetch(name).native
      play.callbacks.reverse_each.find { |each| each.address == address }
    end

    def slot(wire)
      wire.is_a?(Hash) && wire.key?('$slot') ? play.row.fetch(wire['$slot']) : wire
    end

    def bind(name, value)
      @names[name] = value
    end

    def bound?(name)
      @names.key?(name)
    end

    def fetch(name)
      case name
      when 'param' then return @params if @params
      when 'thread' then return Value.new(INTEGER, thread) if thread
      when 'round' then return Value.new(INTEGER, round) if round
      end
      @names.fetch(name) { raise ArgumentError, "nothing is bound to #{name.inspect}" }
    end

    # What now stands first in the memory given for a parameter.
    def pointee(param)
      value = arguments.fetch(param)
      Place.new(value.node['to'], value.native)
    end

    def in_callback(params)
      outer = [@params, given, created, arguments, @step, round]
      @params = params
      @told = false
      yield
    ensure
      @params, @given, @created, @arguments, @step, @round = outer
    end

    # After a callback has read its arguments the call goes on.
    def back_to_call
      at('call') if @told
      @told = false
    end

    def enter(step)
      @step = step
      @created = []
      @told = false
    end

    def about_to_read
      at('read') unless @told
      @told = true
    end

    def at(stage)
      put(%("at":"#{stage}","step":#{@step.id}))
    end

    def write(step, fields)
      where = thread ? %(,"thread":#{thread}) : ''
      where += %(,"round":#{round}) if round
      put(%("step":#{step.id}#{where}#{fields}))
    end

    private

    def put(line)
      lines ? lines << line : @journal.write(line)
    end
  end
end
