namespace Grpc.Core;

/// <summary>The base of all generated clients.</summary>
public abstract class ClientBase
{
    protected ClientBase() : this(new ClientBaseConfiguration(MissingCallInvoker.Instance))
    {
    }

    protected ClientBase(ChannelBase channel) : this(channel.CreateCallInvoker())
    {
    }

    protected ClientBase(CallInvoker callInvoker) : this(new ClientBaseConfiguration(callInvoker))
    {
    }

    protected ClientBase(ClientBaseConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Configuration = configuration;
    }

    protected CallInvoker CallInvoker => Configuration.CallInvoker;

    private protected ClientBaseConfiguration Configuration { get; }

    /// <summary>What a client is made from, and made again from.</summary>
    protected internal sealed class ClientBaseConfiguration
    {
        internal ClientBaseConfiguration(CallInvoker callInvoker)
        {
            ArgumentNullException.ThrowIfNull(callInvoker);
            CallInvoker = callInvoker;
        }

        internal CallInvoker CallInvoker { get; }
    }
}
