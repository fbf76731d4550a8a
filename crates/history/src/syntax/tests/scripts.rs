//! Tests of scripts, against cases worked by hand.

use super::check;

#[test]
fn python_counts_every_part() {
    // The common fixture; the closure is a lambda, which holds a conditional expression: 1 + nesting 1 = 2.
    let source = "
class Store:
    def mix(self, a, b=1, *rest, **named):
        \"\"\"Says what it does.\"\"\"
        if a and b or self.c:
            one()
        elif self.d:
            two()
        else:
            three()
        for x in rest:
            match x:
                case 1:
                    one()
                case 2 | 3:
                    two()
                case _:
                    three()
        try:
            one()
        except ValueError:
            if a:
                two()
        t = 1 if a else 2
        each(lambda x: 1 if x else 2)
        return self.mix(a, b)
";
    let measured = check("Python", source, &[("Store.mix", 15, 12, 2, 5)]);
    assert_eq!(measured.comment, 1);
}

#[test]
fn python_loop_else_counts() {
    // for 1, if 2, else of the loop 1 = 4; for, if = 1 + 2. A comprehension is a decision only: for, if.
    let source = "
def find(xs):
    for x in xs:
        if x:
            break
    else:
        none()
def pick(xs):
    return [x for x in xs if x]
";
    check("Python", source, &[("find", 4, 3, 2, 1), ("pick", 0, 3, 0, 1)]);
}

#[test]
fn python_decorator_adds_no_nesting() {
    // Campbell's appendix: the wrapper of one function takes its score without nesting: 1. With a statement more it nests: 2.
    let source = "
def plain(f):
    def inner(x):
        if x:
            f()
    return inner
def busy(f):
    y = 1
    def inner(x):
        if x:
            f()
    return inner
";
    check(
        "Python",
        source,
        &[("plain", 1, 1, 1, 1), ("inner", 1, 2, 1, 1), ("busy", 2, 1, 2, 1), ("inner", 1, 2, 1, 1)],
    );
}

#[test]
fn python_top_level_counts_for_the_file() {
    let measured = check("Python", "if a and b:\n    x()\nelse:\n    y()\n", &[]);
    // if 1, and 1, else 1; decisions: if, and.
    assert_eq!((measured.cognitive, measured.cyclomatic), (Some(3), Some(2)));
}

#[test]
fn ruby_counts_every_part() {
    // The common fixture, and a modifier `if` (1, 1 decision): 16 and 13.
    let source = "
class Store < Base
  def mix(a, b = 1, *rest)
    if a && b or c
      one
    elsif d
      two
    else
      three
    end
    while a
      case b
      when 1 then one
      when 2, 3 then two
      else three
      end
    end
    begin
      one
    rescue Error => e
      if e
        two
      end
    end
    t = a ? 1 : 2
    rest.each { |x| if x then one end }
    return 1 if a
    mix(a, b)
  end
end
";
    check("Ruby", source, &[("Store.mix", 16, 13, 2, 3)]);
}

#[test]
fn php_counts_every_part() {
    // The common fixture, `else if` in two words (1, 1 decision), `break 2` (1), `??` (0, 1 decision): 17 and 14.
    let source = "<?php
class Store {
    public function mix(bool $a, $b = 1, ...$rest) {
        if ($a && $b || $this->c) {
            one();
        } elseif ($this->d) {
            two();
        } else if ($b) {
            four();
        } else {
            three();
        }
        foreach ($rest as $x) {
            switch ($x) {
                case 1: one();
                case 2: break 2;
                default: three();
            }
        }
        try {
            one();
        } catch (Error $e) {
            if ($e) { two(); }
        }
        $t = $a ? 1 : 2;
        $v = $a ?? $b;
        each(function ($x) { if ($x) { one(); } });
        return $this->mix($a, $b);
    }
}
";
    check("PHP", source, &[("Store.mix", 17, 14, 2, 3)]);
}

#[test]
fn shell_counts_every_part() {
    // No catch, no closure. 5 + 3 + a list `a && b || c` (2) + recursion 1 = 11; 4 + 3 + 2 = 9 decisions.
    let source = "#!/bin/bash
mix() {
  if [[ $a && $b || $c ]]; then
    one
  elif two; then
    two
  else
    three
  fi
  for x in 1 2 3; do
    case $x in
      1) one ;;
      2|3) two ;;
      *) three ;;
    esac
  done
  one && two || three
  mix 1
}
";
    check("Shell", source, &[("mix", 11, 10, 2, 0)]);
}
