namespace Pryvd.Hosting;

/// <summary>The form of the log on the console.</summary>
public enum LogFormat
{
    /// <summary>Text on a terminal, JSON otherwise.</summary>
    Auto,
    Text,
    Json,
}
