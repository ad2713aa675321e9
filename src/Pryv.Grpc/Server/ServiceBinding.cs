using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Pryv.Grpc.Server;

/// <summary>How a service adds its methods, and its descriptor where it is known.</summary>
internal sealed record ServiceBinding(Action<ServiceBinderBase> Bind, Func<ServiceDescriptor>? Descriptor)
{
    public static ServiceBinding Of(ServerServiceDefinition definition) => new(definition.BindService, null);

    /// <summary>Finds the generated code through the attribute on the service's base class, once, when it is mapped.</summary>
    public static ServiceBinding Of(object service)
    {
        var (baseType, attribute) = GeneratedBase(service.GetType());
        var bind = attribute.BindType.GetMethod(attribute.BindMethodName, [typeof(ServiceBinderBase), baseType])
            ?? throw new InvalidOperationException(
                $"{attribute.BindType} has no {attribute.BindMethodName}(ServiceBinderBase, {baseType.Name}); generate it again with Grpc.Tools.");
        var descriptor = attribute.BindType.GetMethod("get_Descriptor", BindingFlags.Public | BindingFlags.Static, []);
        return new ServiceBinding(
            binder => bind.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [binder, service], null),
            descriptor?.ReturnType == typeof(ServiceDescriptor) ? descriptor.CreateDelegate<Func<ServiceDescriptor>>() : null);
    }

    private static (Type BaseType, BindServiceMethodAttribute Attribute) GeneratedBase(Type service)
    {
        for (var type = service; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } attribute)
            {
                return (type, attribute);
            }
        }

        throw new InvalidOperationException($"{service} does not derive from the base class that Grpc.Tools generates for a service.");
    }
}
