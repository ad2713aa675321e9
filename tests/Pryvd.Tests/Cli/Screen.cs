using System.Text;

namespace Pryvd.Tests.Cli;

/// <summary>What was printed, readable while more is being printed.</summary>
internal sealed class Screen : TextWriter
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(20);

    private readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (_text)
        {
            _text.Append(value);
        }
    }

    public override string ToString()
    {
        lock (_text)
        {
            return _text.ToString();
        }
    }

    /// <summary>Comes back when the text is there.</summary>
    public async Task Shows(string text)
    {
        using var deadline = new CancellationTokenSource(_deadline);
        while (!ToString().Contains(text, StringComparison.Ordinal))
        {
            Assert.False(deadline.IsCancellationRequested, $"'{text}' was never printed; this was:\n{this}");
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }
    }
}
