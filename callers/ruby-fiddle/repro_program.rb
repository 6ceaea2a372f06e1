# frozen_string_literal: true

# The text of a program: names, parts in their order, and the functions that it brings along.

require_relative 'repro_helpers'
require_relative 'repro_text'
require_relative 'repro_types'
require_relative 'types'

module Abide
  module Repro
    # Collects the parts of a program.
    class Program
      RESERVED = %w[
        library struct memory offset tag puts print p format sleep exit raise rand loop lambda proc binding require catch
        throw test open system gets warn abort fork trap select load srand sprintf
      ].freeze

      attr_reader :header, :types

      def initialize(header, library)
        @header = header
        @library = library
        @types = Types.new(header['types']) { |*| nil }
        @natives = Natives.new(self)
        @used = (Text::KEYWORDS + RESERVED + %w[Barrier]).to_h { |name| [name, true] }
        @helpers = {}
        @constants = []
        @shows = {}
        @setup = []
        @bound = {}
        @body = []
        @depth = 0
      end

      attr_reader :natives

      # A name for a variable that no other one has. (A function of the program may have it: those are called with
      # parentheses.)
      def name(wish)
        base = wish.encode('US-ASCII', invalid: :replace, undef: :replace, replace: '_').gsub(/\W/, '_')
        base = base.sub(/\A(?=[^a-z_])/) { base.match?(/\A[A-Z]/) ? '' : '_' }
        base = base.sub(/\A[A-Z]+/, &:downcase).sub(/\A_*\z/, 'value')
        free(base)
      end

      # A name for a type.
      def constant(wish)
        base = wish.gsub(/[^A-Za-z0-9]+/, '_').split('_').map { |part| part.sub(/\A[a-z]/, &:upcase) }.join
        base = "Type#{base}" unless base.match?(/\A[A-Z]/)
        base += 'Type' if [Object, Fiddle].any? { |each| each.const_defined?(base) } || base == 'LIBRARY'
        free(base)
      end

      def need(helper)
        Helpers::NEEDS.fetch(helper, []).each { |each| need(each) }
        @helpers[helper] = true
        helper
      end

      def declare(*lines)
        @constants.concat(lines)
      end

      # A function that shows a struct, made once; the block writes its lines.
      def show(key, wish)
        return @shows[key].first if @shows.key?(key)

        name = free(wish)
        @shows[key] = [name, []]
        @shows[key][1] = capture { yield name }
        name
      end

      # What stands once at the start: a function or a global.
      def setup(key, wish)
        @bound[key] ||= begin
          name = name(wish)
          @setup.concat(yield(name))
          name
        end
      end

      def line(*lines)
        lines.each { |line| @body << (line.empty? ? '' : "#{'  ' * @depth}#{line}") }
      end

      def block(head, tail = 'end')
        line(head)
        @depth += 1
        yield
        @depth -= 1
        line(tail)
      end

      # The lines that are written meanwhile, as if at the left edge.
      def capture
        body, depth = @body, @depth
        @body = []
        @depth = 0
        yield
        @body
      ensure
        @body = body
        @depth = depth
      end

      def render
        helpers = Helpers::TEXTS.select { |name, _| @helpers[name] }.values
        shows = @shows.values.map { |_, lines| lines.join("\n") }
        start = ['$stdout.sync = true', *library, *@setup].join("\n")
        [requires, constants, *helpers, *shows, start, @body.join("\n")].reject(&:empty?).join("\n\n") << "\n"
      end

      private

      def free(base)
        name = base
        number = 1
        name = "#{base}#{number += 1}" while @used[name]
        @used[name] = true
        name
      end

      def library
        @body.any? { |line| line.include?('library') } || @setup.any? ? ['library = Fiddle.dlopen(LIBRARY)'] : []
      end

      def requires
        names = ['fiddle']
        names << 'fiddle/struct' unless @constants.empty?
        names << 'json' if @helpers[:text] || @helpers[:utf16]
        [*names.map { |name| "require '#{name}'" }, 'include Fiddle'].join("\n")
      end

      def constants
        ["LIBRARY = #{Text.string(@library)}", *@constants].join("\n")
      end
    end
  end
end
