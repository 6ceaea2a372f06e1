# frozen_string_literal: true

# The driver of ruby-fiddle: LIBRARY PLAN JOURNAL [--at OFFSET], protocol version 1 (callers/README.md).

begin
  require 'fiddle'
  require 'json'
rescue LoadError
  require 'rubygems' # where these are gems of their own; this process was started without gems
  require 'fiddle'
  require 'json'
end
require_relative 'steps'
require_relative 'types'

module Abide
  # Numbered lines, each in one write.
  class Journal
    def initialize(path)
      flags = File::WRONLY | File::APPEND | File::CREAT | File::BINARY
      @file = File.open(path, flags)
      @number = 0
    end

    # `text` is the line's object without braces and number.
    def write(text)
      @file.syswrite(%({"n":#{@number},#{text}}\n))
      @number += 1
    end
  end

  # The loaded subject: symbols and functions, found when the first case needs them.
  class Library
    def initialize(handle, header, types)
      @handle = handle
      @header = header
      @types = types
      @addresses = {}
      @functions = {}
    end

    def declared(name)
      @header['functions'].fetch(name) { raise ArgumentError, "the plan declares no function #{name.inspect}" }
    end

    def global(name)
      @header['globals'].fetch(name) { raise ArgumentError, "the plan declares no global #{name.inspect}" }
    end

    # The symbol of a global or a function, and what stands there.
    def symbol(name)
      (@header['globals'][name] || declared(name))['symbol']
    end

    def pointee(name)
      @header['globals'].key?(name) ? global(name)['type'] : { 'kind' => 'void' }
    end

    def found?(symbol)
      !lookup(symbol).nil?
    end

    def address(symbol, scope)
      @addresses[symbol] ||= begin
        scope.at('bind')
        found = locate(symbol)
        scope.at('call')
        found
      end
    end

    def function(name, declaration, texts, scope)
      @functions[[name, texts]] ||= begin
        scope.at('bind')
        function = build(locate(declaration['symbol']), declaration, texts)
        scope.at('call')
        function
      end
    end

    def build(address, declaration, texts)
      types = [*declaration['params'].map { |param| param['type'] }, declaration['returns']]
      types.each { |type| @types.touch(type) }
      @types.function(address, declaration['params'], declaration['returns'], texts)
    end

    # The count of live allocations; nil without a ledger.
    def live
      @live ||= ledger
      @live&.call
    end

    private

    def locate(symbol)
      lookup(symbol) || raise(Missing, symbol)
    end

    def lookup(symbol)
      @handle[symbol]
    rescue Fiddle::DLError
      nil
    end

    def ledger
      address = @header['ledger'] && lookup(@header['ledger'])
      address && Fiddle::Function.new(address, [], Fiddle::TYPE_SIZE_T)
    end
  end

  # Plays the cases of a plan.
  class Driver
    def initialize(library, plan, journal)
      @path = library
      @plan = File.open(plan, 'rb')
      @journal = journal
      @tables = {}
      @played = 0
    end

    def load
      handle = Fiddle.dlopen(@path)
      header = JSON.parse((@plan.gets || +'').force_encoding(Encoding::UTF_8))
      @header = { 'types' => {}, 'functions' => {}, 'globals' => {}, 'tables' => {} }.merge(header)
      types = Types.new(@header['types']) do |name, layout|
        @journal.write(%("layout":#{JSON.generate({ name => layout })}))
      end
      @library = Library.new(handle, @header, types)
      @steps = Steps.new(@library, types)
    end

    # True when a callback has raised: this process may have jumped over frames of the subject.
    def play(offset)
      @plan.seek(offset) if offset
      @plan.each_line do |line|
        next if line.strip.empty?
        return true if attempt(line)
      end
      false
    end

    def bye(restart)
      @journal.write(%("bye":#{@played}#{',"restart":"raises"' if restart}))
    end

    private

    # A line that is no case costs an `error` line.
    def attempt(line)
      item = JSON.parse(line.force_encoding(Encoding::UTF_8))
      key = JSON.generate(item.fetch('case'))
    rescue StandardError => e
      at = @plan.pos - line.bytesize
      @journal.write(%("error":#{JSON.generate("plan line at byte #{at}: #{Refusal.words(e)}")}))
      false
    else
      play_case(key, item)
    end

    def play_case(key, item)
      @journal.write(%("begin":#{key}))
      live = [@library.live]
      play = run(steps(item), item, live)
      damage = play.damage
      if again?(play, live)
        @journal.write(%("again":#{key}))
        damage += run(steps(item), item, live).damage
      end
      finish(key, live, damage)
      play.raised
    rescue *Steps::FAULTS => e
      @journal.write(%("step":"0","error":#{JSON.generate(Refusal.words(e))}))
      finish(key, [], [])
      false
    end

    def finish(key, live, damage)
      told = live.first ? %(,"live":[#{live.map { |count| %("#{count}") }.join(',')}]) : ''
      told += %(,"damage":[#{damage.join(',')}]) unless damage.empty?
      @played += 1
      @journal.write(%("end":#{key}#{told}))
    end

    # The steps of a table are made ready once.
    def steps(item)
      table = item['table']
      return @steps.prepare_all(item.fetch('steps')) unless table

      @tables[table] ||= @steps.prepare_all(@header['tables'].fetch(table).fetch('steps'))
    end

    def again?(play, live)
      live.first && live.last > live.first && !play.halted && !play.raised
    end

    def run(steps, item, live)
      play = Play.new(item['row'])
      scope = Scope.new(play, @journal)
      begin
        @steps.run_all(steps, scope)
      rescue Halt
        @steps.release(steps, scope)
      end
      live << @library.live
      play.finish
      play
    end
  end

  # Starts and ends the process as the protocol says.
  module Main
    module_function

    def run(library, plan, journal, option = nil, offset = nil)
      await
      journal = Journal.new(journal)
      journal.write(%("hello":#{JSON.generate(hello)}))
      driver = ready(library, plan, journal)
      return 1 unless driver

      driver.bye(driver.play(option == '--at' ? Integer(offset, 10) : nil))
      0
    end

    def ready(library, plan, journal)
      driver = Driver.new(library, plan, journal)
      driver.load
      driver
    rescue StandardError => e
      words = e.is_a?(Fiddle::DLError) ? e.message.scrub : Refusal.words(e)
      journal.write(%("error":#{JSON.generate(words)}))
      nil
    end

    def await
      $stdin.sysread(1)
    rescue EOFError, SystemCallError, IOError
      nil
    end

    def hello
      fiddle = Fiddle.const_defined?(:VERSION) ? "fiddle #{Fiddle::VERSION}" : 'fiddle'
      runtime = RUBY_ENGINE == 'ruby' ? "Ruby #{RUBY_VERSION}" : "#{RUBY_ENGINE} #{RUBY_ENGINE_VERSION}"
      { abide: 1, runtime: runtime, ffi: fiddle }
    end
  end
end

exit(Abide::Main.run(*ARGV)) if $PROGRAM_NAME == __FILE__
