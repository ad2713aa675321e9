using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;

namespace Pryv.Consensus.Running;

/// <summary>Carries messages to other members. It never blocks: what it cannot take it drops, and Raft repeats.</summary>
public interface ITransport
{
    void Send(Message message);

    /// <summary>The members that messages may be for from now on.</summary>
    void Update(Configuration configuration);
}
