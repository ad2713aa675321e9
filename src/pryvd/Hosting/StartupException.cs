namespace Pryvd.Hosting;

/// <summary>The daemon cannot start here and now; the message says what, why and what to do.</summary>
public sealed class StartupException : Exception
{
    public StartupException(string message)
        : base(message)
    {
    }

    public StartupException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
