"""Formulas as words, and what is none."""

import pytest

from bot.markup import previews, render


def plain(markdown: str) -> str:
    return "\n".join(piece.text for piece in render(markdown))


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("x^2", "x²"),
        ("x_{ij}", "xᵢⱼ"),
        ("x_1, x_2, \\dots, x_n", "x₁, x₂, …, xₙ"),
        ("e^{-x^2}", "e^(-x²)"),
        ("\\alpha + \\Omega", "α + Ω"),
        ("\\frac{a+b}{c}", "(a+b)/c"),
        ("\\dfrac{1}{2}", "½"),
        ("\\frac{-b \\pm \\sqrt{b^2-4ac}}{2a}", "(-b ± √(b²-4ac))/(2a)"),
        ("\\sqrt x + \\sqrt[3]{x+1}", "√x + ∛(x+1)"),
        ("\\sum_{i=1}^n i", "∑ᵢ₌₁ⁿ i"),
        ("\\int_0^1 f(x)\\,dx", "∫₀¹ f(x) dx"),
        ("a \\le b \\ne c \\to \\infty", "a ≤ b ≠ c → ∞"),
        ("\\mathbb{R}", "ℝ"),
        ("f(x) = \\sin(x)", "f(x) = sin(x)"),
    ],
)
@pytest.mark.parametrize("form", ["so $%s$.", "so \\(%s\\)."], ids=["dollars", "brackets"])
def test_a_formula_is_readable(latex: str, text: str, form: str) -> None:
    assert plain(form % latex) == form[:3] + text + "."


@pytest.mark.parametrize(
    "form", ["a\n\n$$\n%s\n$$\n\nb", "a\n\n\\[\n%s\n\\]\n\nb", "a\n\n$$%s$$\n\nb"]
)
def test_a_formula_of_its_own_has_its_own_line(form: str) -> None:
    [piece] = render(form % "E = mc^2")

    assert piece.text == "a\n\nE = mc²\n\nb"
    assert [entity.type for entity in piece.entities] == ["code"]


def test_a_formula_in_a_line_gets_one_of_its_own() -> None:
    assert plain("so \\[x^2\\] is") == "so\nx²\nis"


def test_a_matrix_has_its_rows() -> None:
    assert plain("$$\\begin{pmatrix} a & b \\\\[4pt] -c & d \\end{pmatrix}$$") == "(a  b\n-c  d)"


@pytest.mark.parametrize(
    "text",
    [
        "It costs $400-600K, or $5 and $6.",
        "From $5 to $10, US$3, 5$ and $ 6.",
        "Prices: $5, $10, $15 (US$).",
        "$10.49 (~$11.20)",
        "Set $HOME and $PATH, or $HOME/$USER and ${x}-${y}.",
        "$my_var and $other_var",
        "Buy $AAPL and MSFT$ now",
        "kill $$ and $$ again",
        "[1] and [note]",
        "f(x) and (a)",
    ],
)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    [piece] = render(text)

    assert piece.text == text
    assert piece.entities == ()


@pytest.mark.parametrize("text", ["`$x^2$`", "```\n\\(x^2\\) $y_1$\n```"])
def test_code_is_no_formula(text: str) -> None:
    assert plain(text) == text.strip("`\n")


@pytest.mark.parametrize(
    ("growing", "text"),
    [
        ("so \\(x^", "so"),
        ("so $x^2", "so"),
        ("so $", "so"),
        ("so\n\n$$\n\\frac{a}{b", "so"),
        ("so\n\n\\[ \\sum", "so"),
        ("so \\", "so"),
        ("so $x^2$ and", "so x² and"),
        ("it costs $5", "it costs $5"),
        ("it costs $5 and mor", "it costs $5 and mor"),
        ("set $HOME to", "set $HOME to"),
        ("`$x^", "$x^"),
    ],
)
def test_a_growing_formula_is_not_shown(growing: str, text: str) -> None:
    assert "".join(piece.text for piece in previews(growing)) == text
