namespace Pryvd.Peers.Identity;

/// <summary>Keys, certificates or tokens cannot be used as they are; the message says what, why and what to do.</summary>
public sealed class IdentityException : Exception
{
    public IdentityException(string message)
        : base(message)
    {
    }

    public IdentityException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
