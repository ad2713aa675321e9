using System.Text.Json;

namespace EndToEnd.Harness;

/// <summary>How a command of the CLI ended.</summary>
public sealed record CommandResult(string Line, int ExitCode, string Out, string Error)
{
    /// <summary>The document that -o json printed.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Out);
            return document.RootElement.Clone();
        }
    }

    public CommandResult Ok() => Exits(0);

    /// <summary>Asserts the exit code; on failure all that was said is shown.</summary>
    public CommandResult Exits(int code)
    {
        Assert.True(ExitCode == code, $"expected exit code {code}: {this}");
        return this;
    }

    /// <summary>Asserts that it was refused with this code and an error that holds each of these.</summary>
    public CommandResult Refused(int code, params string[] says)
    {
        Exits(code);
        Assert.StartsWith("error: ", Error, StringComparison.Ordinal);
        Assert.All(says, text => Assert.Contains(text, Error, StringComparison.OrdinalIgnoreCase));
        return this;
    }

    public override string ToString() => $"{Line}\nexit code {ExitCode}\n{Out}{Error}";
}
