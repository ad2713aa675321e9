using Pryvd.Api;

namespace Pryvd.Api
{
    /// <summary>A request that counts once however often it is sent: every message with a request_id, as it is generated, but the reply that gives one out.</summary>
    internal interface IIdentifiedRequest
    {
        /// <summary>Empty until it has one.</summary>
        string RequestId { get; set; }
    }
}

namespace Pryv.V1
{
    public sealed partial class SetVarsRequest : IIdentifiedRequest;

    public sealed partial class DeleteVarRequest : IIdentifiedRequest;

    public sealed partial class CommissionNodeRequest : IIdentifiedRequest;

    public sealed partial class DecommissionNodeRequest : IIdentifiedRequest;

    public sealed partial class TagNodeRequest : IIdentifiedRequest;

    public sealed partial class OperateNodeRequest : IIdentifiedRequest;

    public sealed partial class CreateTokenRequest : IIdentifiedRequest;

    public sealed partial class RevokeTokenRequest : IIdentifiedRequest;

    public sealed partial class ApplyComponentsRequest : IIdentifiedRequest;

    public sealed partial class ChangeComponentRequest : IIdentifiedRequest;

    public sealed partial class DeleteComponentRequest : IIdentifiedRequest;
}
