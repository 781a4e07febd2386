"""FOCUS service categories and subcategories of AWS product codes. Source: FOCUS 1.4 lists, AWS product codes."""

from __future__ import annotations

import numpy as np

from fincc.ingestion.connectors.columns.texts import Text

Service = tuple[str, str]
OTHER: Service = ("Other", "Other (Other)")

# category | subcategory | product codes
_TABLE = """
AI and Machine Learning | AI Platforms | AmazonQ AmazonQBusiness AmazonKendra AmazonPersonalize AmazonForecast AmazonFraudDetector
AI and Machine Learning | Bots | AmazonLex
AI and Machine Learning | Generative AI | AmazonBedrock AmazonBedrockService AmazonBedrockFoundationModels AmazonBedrockAgentCore
AI and Machine Learning | Machine Learning | AmazonSageMaker AmazonRekognition AmazonML AWSDeepRacer AmazonAugmentedAI
AI and Machine Learning | Natural Language Processing | AmazonPolly transcribe comprehend translate AmazonTextract
Analytics | Analytics Platforms | AmazonAthena AmazonDataZone AWSLakeFormation AWSCleanRooms AmazonFinSpace AWSDataExchange
Analytics | Business Intelligence | AmazonQuickSight
Analytics | Data Processing | AWSGlue ElasticMapReduce AWSGlueElasticViews datapipeline
Analytics | Search | AmazonES AmazonCloudSearch
Analytics | Streaming Analytics | AmazonKinesis AmazonKinesisAnalytics AmazonKinesisFirehose AmazonMSK
Business Applications | Productivity and Collaboration | AmazonWorkDocs AmazonWorkMail AmazonChime
Business Applications | Other (Business Applications) | AmazonConnect AmazonPinpoint AmazonSES
Compute | Containers | AmazonECS AmazonEKS AmazonECR AmazonECRPublic AWSAppRunner
Compute | End User Computing | AmazonWorkSpaces AmazonWorkSpacesWeb AmazonAppStream AmazonWorkSpacesThinClient
Compute | Quantum Compute | AmazonBraket
Compute | Serverless Compute | AWSLambda
Compute | Virtual Machines | AmazonEC2 AmazonLightsail AWSOutposts ComputeSavingsPlans
Compute | Other (Compute) | AWSBatch AWSElasticBeanstalk AWSParallelComputingService
Databases | Caching | AmazonElastiCache AmazonMemoryDB AmazonDAX
Databases | Data Warehouses | AmazonRedshift
Databases | Ledger Databases | AmazonQLDB
Databases | NoSQL Databases | AmazonDynamoDB AmazonDocDB AmazonNeptune AmazonMCS AmazonSimpleDB
Databases | Relational Databases | AmazonRDS AmazonAuroraDSQL
Databases | Time Series Databases | AmazonTimestream
Databases | Other (Databases) | DatabaseSavingsPlans
Developer Tools | Continuous Integration and Deployment | CodeBuild AWSCodePipeline AWSCodeDeploy AWSCodeArtifact
Developer Tools | Development Environments | AWSCloudShell AWSCloud9 AmazonCodeCatalyst
Developer Tools | Source Code Management | AWSCodeCommit
Developer Tools | Quality Assurance | AWSDeviceFarm AWSXRay AmazonCodeGuru
Developer Tools | Other (Developer Tools) | AmazonCodeWhisperer
Identity | Identity and Access Management | AmazonCognito AWSDirectoryService AWSIAMAccessAnalyzer AmazonVerifiedPermissions
Integration | API Management | AmazonApiGateway AWSAppSync
Integration | Messaging | AWSQueueService AmazonSNS AmazonMQ AWSEvents
Integration | Workflow Orchestration | AmazonStates AmazonMWAA AmazonSWF
Internet of Things | IoT Analytics | AWSIoTAnalytics AmazonIoTSiteWise
Internet of Things | IoT Platforms | AWSIoT IoTDeviceManagement IoTDeviceDefender AWSGreengrass AWSIoTEvents IOTFleetWise
Management and Governance | Architecture | AWSServiceCatalog AWSCloudFormation AWSResilienceHub
Management and Governance | Compliance | AWSConfig AWSAuditManager AWSArtifact AWSControlTower
Management and Governance | Cost Management | AWSCostExplorer AWSBudgets AWSBillingConductor
Management and Governance | Disaster Recovery | AWSElasticDisasterRecovery
Management and Governance | Observability | AmazonCloudWatch AWSCloudTrail AmazonPrometheus AmazonGrafana
Management and Governance | Support | AWSSupportBusiness AWSSupportEnterprise AWSDeveloperSupport AWSSupportDeveloper
Management and Governance | Support | OCBPremiumSupport AWSSupportOnRamp
Management and Governance | Other (Management and Governance) | AWSSystemsManager AWSMigrationHubRefactorSpaces AWSFIS
Media | Media Streaming | AWSElementalMediaLive AWSElementalMediaConvert AWSElementalMediaPackage AmazonIVS AWSElementalMediaConnect
Media | Content Creation | AWSElementalMediaTailor AmazonElasticTranscoder AWSDeadlineCloud
Media | Gaming | AmazonGameLift
Migration | Data Migration | AWSDatabaseMigrationSvc AWSDataSync AWSTransfer AWSImportExport SnowballExtraJobs
Migration | Resource Migration | AWSMigrationHub AWSApplicationMigrationService
Mobile | Other (Mobile) | AWSAmplify
Networking | Application Networking | AWSELB AWSAppMesh AWSCloudMap
Networking | Content Delivery | AmazonCloudFront AWSGlobalAccelerator
Networking | Network Connectivity | AWSDirectConnect AWSVPN AWSTransitGateway AWSCloudWAN
Networking | Network Infrastructure | AmazonVPC AWSDataTransfer AWSPrivateNetworks
Networking | Network Routing | AmazonRoute53 AmazonRegistrar
Networking | Network Security | awswaf AWSNetworkFirewall AWSShield AWSFirewallManager AWSFMS
Security | Secret Management | awskms AWSSecretsManager CloudHSM AWSCertificateManager AWSPaymentCryptography
Security | Security Posture Management | AWSSecurityHub AmazonInspector AmazonInspectorV2 AmazonMacie
Security | Threat Detection and Response | AmazonGuardDuty AmazonDetective AmazonSecurityLake
Storage | Backup Storage | AWSBackup AmazonGlacier
Storage | Block Storage | AmazonEBS
Storage | File Storage | AmazonEFS AmazonFSx AmazonFileCache
Storage | Object Storage | AmazonS3 AmazonS3GlacierDeepArchive
Storage | Storage Platforms | AWSStorageGateway AWSStorageGatewayDeepArchive
"""

PRODUCTS: dict[str, Service] = {
    code: (category.strip(), subcategory.strip())
    for line in _TABLE.strip().splitlines()
    for category, subcategory, codes in [line.split("|")]
    for code in codes.split()
}

# EC2 bills disks, network and load balancers too; the first part of a usage type that fits says which.
_EC2_USAGE: tuple[tuple[str, Service], ...] = (
    ("EBS:Snapshot", ("Storage", "Backup Storage")),
    ("EBS:", ("Storage", "Block Storage")),
    ("LoadBalancer", ("Networking", "Application Networking")),
    ("LCUUsage", ("Networking", "Application Networking")),
    ("NatGateway", ("Networking", "Network Infrastructure")),
    ("ElasticIP", ("Networking", "Network Infrastructure")),
    ("PublicIPv4", ("Networking", "Network Infrastructure")),
    ("VpcPeering", ("Networking", "Network Connectivity")),
    ("TransitGateway", ("Networking", "Network Connectivity")),
    ("VPN-", ("Networking", "Network Connectivity")),
    ("DataTransfer", ("Networking", "Network Infrastructure")),
    ("-Bytes", ("Networking", "Network Infrastructure")),
)


def of_usage_type(usage_type: str) -> Service | None:
    """What a usage type of EC2 is, where it is no machine."""
    return next((service for part, service in _EC2_USAGE if part in usage_type), None)


def categorise(product_code: Text, usage_type: Text) -> tuple[Text, Text]:
    """ServiceCategory and ServiceSubcategory of each row."""
    services: list[Service] = [OTHER]
    place = {OTHER: 0}

    def index(service: Service) -> int:
        if service not in place:
            place[service] = len(services)
            services.append(service)
        return place[service]

    codes = product_code.strings()
    by_code = np.array([*(index(PRODUCTS.get(c, OTHER)) for c in codes), 0], np.int32)
    found = [of_usage_type(u) for u in usage_type.strings()]
    by_usage = np.array([*(-1 if s is None else index(s) for s in found), -1], np.int32)
    out = by_code.take(product_code.codes)
    is_ec2 = np.array([*(c == "AmazonEC2" for c in codes), False], bool).take(product_code.codes)
    narrowed = by_usage.take(usage_type.codes)
    out = np.where(is_ec2 & (narrowed >= 0), narrowed, out)
    return Text.choice(out, [s[0] for s in services]), Text.choice(out, [s[1] for s in services])
