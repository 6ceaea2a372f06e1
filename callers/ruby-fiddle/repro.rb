# frozen_string_literal: true

# PLAN KEY LIBRARY: prints a standalone Ruby program that plays just the case KEY of a plan (`abide repro`).

begin
  require 'fiddle'
  require 'json'
rescue LoadError
  require 'rubygems' # where these are gems of their own; this process was started without gems
  require 'fiddle'
  require 'json'
end
require_relative 'repro_program'
require_relative 'repro_steps'
require_relative 'types'

module Abide
  # From a line of a plan to a program.
  module Repro
    # What cannot be written, in a sentence for the user.
    class Failure < StandardError; end

    module_function

    def run(plan = nil, key = nil, library = nil)
      Encoding.default_external = Encoding::UTF_8 # what a string is written as depends on it
      raise Failure, 'three arguments are expected: PLAN KEY LIBRARY' unless library

      $stdout.binmode.write(write(*find(plan, key), library.dup.force_encoding(Encoding::UTF_8)))
      0
    rescue StandardError, NotImplementedError => e
      warn "cannot write #{key || 'a program'}: #{e.is_a?(Failure) ? e.message : Refusal.words(e)}"
      1
    end

    # The header of a plan and the steps of one of its cases.
    def find(plan, key)
      key = key.dup.force_encoding(Encoding::UTF_8)
      header, *cases = File.open(plan, 'rb', &:readlines).map { |line| line.force_encoding(Encoding::UTF_8) }
      raise Failure, "#{plan} is empty, a plan is expected" unless header

      header = { 'types' => {}, 'functions' => {}, 'globals' => {}, 'tables' => {} }.merge(JSON.parse(header))
      text = JSON.generate(key)
      line = cases.find { |each| each.include?(text) && JSON.parse(each)['case'] == key }
      raise Failure, "#{plan} has no such case" unless line

      [header, steps(header, JSON.parse(line))]
    end

    def steps(header, item)
      return item.fetch('steps') unless item['table']

      substitute(header['tables'].fetch(item['table']).fetch('steps'), item['row'])
    end

    # Puts the values of a row where the steps of its table have slots.
    def substitute(wire, row)
      case wire
      when Array then wire.map { |each| substitute(each, row) }
      when Hash
        return row.fetch(wire['$slot']) if wire.key?('$slot')

        wire.transform_values { |each| substitute(each, row) }
      else wire
      end
    end

    def write(header, steps, library)
      program = Program.new(header, library)
      Steps.new(program).write(steps)
      program.render
    end
  end
end

exit(Abide::Repro.run(*ARGV)) if $PROGRAM_NAME == __FILE__
